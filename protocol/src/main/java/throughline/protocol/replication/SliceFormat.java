package throughline.protocol.replication;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The numbers of the slice format, version 1; {@code docs/wire.md} draws it. All integers are big-endian. */
final class SliceFormat {
    static final byte[] MAGIC = {'T', 'L', 'S', 'L', 0, 0, 0, 1};

    /** Followed by the number of frames before it (8 bytes) and the digest (32). */
    static final int END = 0;

    /** Followed by disk (2 bytes), offset (8), length (4), CRC32C of the data (4) and the data. */
    static final int DATA = 1;

    /** Followed by disk (2 bytes), offset (8), length (8). */
    static final int ZEROS = 2;

    /** Followed by disk (2), offset (8), length (4), CRC32C (4) of the data, its length compressed (4), and one zstd frame. */
    static final int ZSTD = 3;

    static final int PREFIX_LENGTH = 1 + 2 + 8;
    static final int DATA_LENGTH = PREFIX_LENGTH + 4 + 4;
    static final int ZEROS_LENGTH = PREFIX_LENGTH + 8;
    static final int ZSTD_LENGTH = DATA_LENGTH + 4;
    static final int END_LENGTH = 1 + 8;
    static final int DIGEST_LENGTH = 32;

    private SliceFormat() {}

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
