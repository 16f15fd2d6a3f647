package throughline.primary.replication;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import throughline.protocol.replication.BlockDigests;
import throughline.protocol.replication.DigestKey;

/**
 * What the blocks of an untracked disk were when a replica gave its receipt for them, 16 bytes each. A cycle that knows them
 * neither asks the replica nor has it read its own copy. They are the blocks' digests under a key that this process and
 * the replica know. Several threads may note different blocks; they must have ended before the next use.
 */
public final class KnownBlocks {
    private static final int WORDS = 2;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final long[] codes;
    private DigestKey key = DigestKey.random();

    /** While a cycle uses it: it is larger than the notes of a small disk. */
    private @Nullable BlockDigests digests;

    private @Nullable Object history;

    /** @param size of the disk in bytes */
    public KnownBlocks(long size) {
        this.codes = new long[Math.toIntExact(WORDS * BlockDigests.count(size))];
    }

    /** Whether a disk of this size, in bytes, can be known at all: up to some 64 TiB. */
    public static boolean isPossible(long size) {
        return WORDS * BlockDigests.count(size) <= LONGEST_ARRAY;
    }

    /** Bytes of memory that a disk of this size needs. */
    public static long memory(long size) {
        return Long.BYTES * WORDS * BlockDigests.count(size);
    }

    /**
     * A cycle begins, and makes its own notes from here on.
     *
     * @param of what the replica's content goes by now
     * @return whether this is what the replica holds; otherwise nothing is known any more
     */
    public synchronized boolean begin(Object of) {
        boolean known = history == of;
        if (!known) {
            Arrays.fill(codes, 0);
            key = DigestKey.random();
            digests = null;
        }
        history = null;
        return known;
    }

    /** The replica has given its receipt for all that was noted. */
    public synchronized void acknowledged(Object by) {
        history = by;
        digests = null;
    }

    /** Under which blocks are digested: another one as soon as nothing is known any more. */
    DigestKey key() {
        return key;
    }

    private synchronized BlockDigests digests() {
        if (digests == null) {
            digests = new BlockDigests(key);
        }
        return digests;
    }

    /** Tells blocks apart; for one thread. */
    final class Notes {
        private final BlockDigests digests = digests().forAnotherThread();
        private final byte[] digest = new byte[BlockDigests.LENGTH];

        /** Whether the block is what was noted before. */
        boolean isKnown(long block, byte[] content, int start, int length) {
            digests.digest(content, start, length, digest, 0);
            int word = word(block);
            return codes[word] == first(digest) && codes[word + 1] == second(digest);
        }

        void note(long block, byte[] content, int start, int length) {
            digests.digest(content, start, length, digest, 0);
            noteDigest(block, digest);
        }

        /** @param own the block's digest under {@link #key} */
        void noteDigest(long block, byte[] own) {
            int word = word(block);
            codes[word] = first(own);
            codes[word + 1] = second(own);
        }

        /** @param length of the block in bytes: a disk's last one may be shorter, and then has another digest */
        void noteZeros(long block, int length) {
            if (length == BlockDigests.BLOCK) {
                digests.ofZeros(digest, 0);
                noteDigest(block, digest);
            } else {
                note(block, new byte[length], 0, length);
            }
        }
    }

    Notes notes() {
        return new Notes();
    }

    private static int word(long block) {
        return Math.toIntExact(WORDS * block);
    }

    private static long first(byte[] digest) {
        return (long) LONGS.get(digest, 0);
    }

    private static long second(byte[] digest) {
        return (long) LONGS.get(digest, Long.BYTES);
    }
}
