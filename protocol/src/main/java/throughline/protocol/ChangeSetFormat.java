package throughline.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The numbers of the change set format, version 1; {@code docs/wire.md} draws it. All integers are big-endian. */
final class ChangeSetFormat {
    static final byte[] MAGIC = {'T', 'L', 'C', 'S', 0, 0, 0, 1};

    /** Followed by offset (8 bytes), length (4), CRC32C of the data (4) and the data. */
    static final int BLOCK = 1;

    /** Followed by the number of blocks (8 bytes) and the SHA-256 of every byte before the digest (32). */
    static final int END = 0;

    static final int BLOCK_HEADER_LENGTH = 1 + 8 + 4 + 4;
    static final int END_LENGTH = 1 + 8;
    static final int DIGEST_LENGTH = 32;

    private ChangeSetFormat() {}

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
