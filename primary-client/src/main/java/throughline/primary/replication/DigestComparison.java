package throughline.primary.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import throughline.primary.disk.BlockSet;
import throughline.primary.disk.DiskSnapshot;
import throughline.primary.disk.SourceException;
import throughline.protocol.replication.BlockDigests;
import throughline.protocol.replication.DigestKey;

/** Finds out which blocks differ from what the replica holds. Several threads take stretches of the disk in turn. */
public final class DigestComparison {
    /** 128 MiB of disk, 32 KiB of digests per request. */
    private static final int STRETCH = 2048;

    /** 256 KiB: what is read is still in the processor's cache when it is looked at. */
    private static final int READ = 4;

    private static final byte[] NOTHING = new byte[READ * BlockDigests.BLOCK];

    private final DiskSnapshot snapshot;
    private final Optional<KnownBlocks> known;
    private final DigestKey key;
    private final BlockSet differing;
    private final Deque<Long> again = new ArrayDeque<>();
    private long next;

    /** @param known where to note what is found to be the same, or what it is compared with */
    public DigestComparison(DiskSnapshot snapshot, Optional<KnownBlocks> known) {
        this.snapshot = snapshot;
        this.known = known;
        this.key = known.map(KnownBlocks::key).orElseGet(DigestKey::random);
        this.differing = new BlockSet(snapshot.size());
    }

    /** In how many requests it is asked for; more threads than that are of no use. */
    public long stretches() {
        return (BlockDigests.count(snapshot.size()) + STRETCH - 1) / STRETCH;
    }

    /** Compares with what a replica says, until no stretch is left, in the calling thread. */
    public void run(PendingDigests theirs) throws IOException {
        Optional<KnownBlocks.Notes> notes = known.map(KnownBlocks::notes);
        BlockDigests digests = new BlockDigests(key);
        byte[] own = new byte[BlockDigests.LENGTH];
        byte[] buffer = new byte[READ * BlockDigests.BLOCK];
        for (long first = take(); first >= 0; first = take()) {
            long start = first;
            int count = count(first);
            try {
                byte[] all = theirs.of(key, first, count);
                compare(first, count, buffer, (block, content, from, length) -> {
                    digests.digest(content, from, length, own, 0);
                    int at = (int) (block - start) * own.length;
                    boolean same = Arrays.equals(own, 0, own.length, all, at, at + own.length);
                    if (same) {
                        notes.ifPresent(noted -> noted.noteDigest(block, own));
                    }
                    return same;
                });
            } catch (IOException e) {
                giveBack(first);
                throw e;
            }
        }
    }

    /** Compares with what is known, until no stretch is left, in the calling thread. */
    public void runWithKnown() throws IOException {
        KnownBlocks.Notes notes = known.orElseThrow().notes();
        byte[] buffer = new byte[READ * BlockDigests.BLOCK];
        try {
            for (long first = take(); first >= 0; first = take()) {
                compare(first, count(first), buffer, notes::isKnown);
            }
        } catch (IOException e) {
            stop();
            throw e;
        }
    }

    /** The other threads have no call that could be cancelled. */
    private synchronized void stop() {
        next = BlockDigests.count(snapshot.size());
    }

    private int count(long first) {
        return (int) Math.min(STRETCH, BlockDigests.count(snapshot.size()) - first);
    }

    private synchronized void giveBack(long first) {
        again.add(first);
    }

    /** What differs, when every thread has come to its end. */
    public synchronized BlockSet differing() {
        return differing;
    }

    private synchronized long take() {
        Long returned = again.poll();
        if (returned != null) {
            return returned;
        }
        long first = next;
        if (first >= BlockDigests.count(snapshot.size())) {
            return -1;
        }
        next += STRETCH;
        return first;
    }

    /** Whether a block, which begins there in the content, is the same. */
    private interface Same {
        boolean is(long block, byte[] content, int start, int length);
    }

    private void compare(long first, int count, byte[] buffer, Same same) throws IOException {
        for (int done = 0; done < count; done += READ) {
            long offset = (first + done) * BlockDigests.BLOCK;
            int length =
                    (int) Math.min(Math.min(READ, count - done) * (long) BlockDigests.BLOCK, snapshot.size() - offset);
            byte[] content = snapshot.zerosFrom(offset) >= length ? NOTHING : buffer;
            if (content == buffer) {
                read(offset, ByteBuffer.wrap(buffer, 0, length));
            }
            for (int start = 0; start < length; start += BlockDigests.BLOCK) {
                long block = first + done + start / BlockDigests.BLOCK;
                if (!same.is(block, content, start, Math.min(BlockDigests.BLOCK, length - start))) {
                    differs(block);
                }
            }
        }
    }

    private void read(long offset, ByteBuffer target) throws IOException {
        try {
            snapshot.read(offset, target);
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }

    private synchronized void differs(long block) {
        long offset = block * BlockDigests.BLOCK;
        differing.add(offset, Math.min(BlockDigests.BLOCK, snapshot.size() - offset));
    }
}
