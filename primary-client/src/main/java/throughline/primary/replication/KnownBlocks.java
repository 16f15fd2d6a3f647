package throughline.primary.replication;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import throughline.protocol.replication.BlockDigests;

/**
 * What the blocks of an untracked disk were when a replica gave its receipt for them, 16 bytes each. A cycle that knows them
 * neither asks the replica nor has it read its own copy. Blocks are told apart by GMAC (NIST SP 800-38D) under a key that
 * never leaves this process: two contents are taken for the same with a probability below 2^-115, whoever made them, and
 * it takes half the time of SHA-256. Several threads may note different blocks; they must have ended before the next use.
 */
public final class KnownBlocks {
    private static final int WORDS = 2;
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final long[] codes;
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
    public boolean begin(Object of) {
        boolean known = history == of;
        if (!known) {
            Arrays.fill(codes, 0);
        }
        history = null;
        return known;
    }

    /** The replica has given its receipt for all that was noted. */
    public void acknowledged(Object by) {
        history = by;
    }

    /** Tells blocks apart; for one thread. */
    final class Notes {
        private final ByteBuffer iv = ByteBuffer.allocate(12);
        private @Nullable Cipher cipher;
        private long last = -1;

        /** Whether the block is what was noted before. */
        boolean isKnown(long block, byte[] content, int start, int length) {
            ByteBuffer code = code(block, content, start, length);
            int word = word(block);
            return codes[word] == code.getLong(0) && codes[word + 1] == code.getLong(Long.BYTES);
        }

        void note(long block, byte[] content, int start, int length) {
            ByteBuffer code = code(block, content, start, length);
            int word = word(block);
            codes[word] = code.getLong(0);
            codes[word + 1] = code.getLong(Long.BYTES);
        }

        void noteZeros(long block) {
            codes[word(block)] = Zeros.CODE;
            codes[word(block) + 1] = Zeros.CODE;
        }

        private ByteBuffer code(long block, byte[] content, int start, int length) {
            if (Zeros.fill(content, start, length)) {
                return Zeros.codes();
            }
            try {
                // The data is authenticated and nothing is encrypted; under one number a block always has the same
                // code.
                iv.putLong(4, block);
                Cipher gmac = cipher == null || last == block ? Cipher.getInstance("AES/GCM/NoPadding") : cipher;
                gmac.init(Cipher.ENCRYPT_MODE, Key.OF_THIS_PROCESS, new GCMParameterSpec(128, iv.array()));
                gmac.updateAAD(content, start, length);
                cipher = gmac;
                last = block;
                return ByteBuffer.wrap(gmac.doFinal());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has AES-GCM", e);
            }
        }
    }

    Notes notes() {
        return new Notes();
    }

    private static int word(long block) {
        return Math.toIntExact(WORDS * block);
    }

    private static final class Zeros {
        private static final long CODE = -1;
        private static final byte[] BLOCK = new byte[BlockDigests.BLOCK];

        static boolean fill(byte[] content, int start, int length) {
            return Arrays.equals(content, start, start + length, BLOCK, 0, length);
        }

        static ByteBuffer codes() {
            return ByteBuffer.allocate(WORDS * Long.BYTES).putLong(CODE).putLong(CODE);
        }
    }

    private static final class Key {
        private static final SecretKeySpec OF_THIS_PROCESS = fresh();

        private static SecretKeySpec fresh() {
            byte[] key = new byte[16];
            new SecureRandom().nextBytes(key);
            return new SecretKeySpec(key, "AES");
        }
    }
}
