package throughline.primary.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import throughline.primary.disk.BlockSet;
import throughline.primary.disk.DiskSnapshot;
import throughline.primary.disk.SourceException;
import throughline.protocol.replication.BlockDigests;

/** Finds out which blocks differ from what the replica holds. Several threads take stretches of the disk in turn. */
public final class DigestComparison {
    /** 128 MiB of disk, 32 KiB of digests per request. */
    private static final int STRETCH = 2048;

    private static final int READ = 16;

    private static final byte[] ZEROS = new byte[BlockDigests.BLOCK];
    private static final byte[] OF_ZEROS = BlockDigests.digest(ZEROS, 0, ZEROS.length);

    private final int disk;
    private final DiskSnapshot snapshot;
    private final BlockSet differing;
    private final Deque<Long> again = new ArrayDeque<>();
    private long next;

    public DigestComparison(int disk, DiskSnapshot snapshot) {
        this.disk = disk;
        this.snapshot = snapshot;
        this.differing = new BlockSet(snapshot.size());
    }

    /** In how many requests it is asked for; more threads than that are of no use. */
    public long stretches() {
        return (BlockDigests.count(snapshot.size()) + STRETCH - 1) / STRETCH;
    }

    /** Compares until no stretch is left, in the calling thread. */
    public void run(PendingDigests theirs) throws IOException {
        byte[] buffer = new byte[READ * BlockDigests.BLOCK];
        for (long first = take(); first >= 0; first = take()) {
            int count = (int) Math.min(STRETCH, BlockDigests.count(snapshot.size()) - first);
            try {
                compare(first, count, theirs.of(disk, first, count), buffer);
            } catch (IOException e) {
                giveBack(first);
                throw e;
            }
        }
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

    private void compare(long first, int count, byte[] theirs, byte[] buffer) throws IOException {
        for (int done = 0; done < count; done += READ) {
            long offset = (first + done) * BlockDigests.BLOCK;
            int length =
                    (int) Math.min(Math.min(READ, count - done) * (long) BlockDigests.BLOCK, snapshot.size() - offset);
            read(offset, ByteBuffer.wrap(buffer, 0, length));
            for (int start = 0; start < length; start += BlockDigests.BLOCK) {
                int block = done + start / BlockDigests.BLOCK;
                byte[] ours = digest(buffer, start, Math.min(BlockDigests.BLOCK, length - start));
                int from = block * BlockDigests.LENGTH;
                if (!Arrays.equals(ours, 0, ours.length, theirs, from, from + BlockDigests.LENGTH)) {
                    differs(first + block);
                }
            }
        }
    }

    /** Zeros are told apart four times as fast as they are digested. */
    private static byte[] digest(byte[] buffer, int start, int length) {
        return length == ZEROS.length && Arrays.equals(buffer, start, start + length, ZEROS, 0, length)
                ? OF_ZEROS
                : BlockDigests.digest(buffer, start, length);
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
