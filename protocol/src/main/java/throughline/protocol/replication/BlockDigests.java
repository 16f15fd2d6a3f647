package throughline.protocol.replication;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Digests of consecutive blocks of a disk, as they travel: 16 bytes for each, the first half of the block's SHA-256. A disk's
 * last block may be shorter and is digested as long as it is.
 */
public final class BlockDigests {
    /** Bytes of disk per digest: 64 KiB. */
    public static final int BLOCK = 64 << 10;

    /** Bytes of a digest. */
    public static final int LENGTH = 16;

    private BlockDigests() {}

    /** How many blocks a disk of this size has. */
    public static long count(long size) {
        return (size + BLOCK - 1) / BLOCK;
    }

    /** The digest of a block's content. */
    public static byte[] digest(byte[] content, int start, int length) {
        MessageDigest digest = SliceFormat.newDigest();
        digest.update(content, start, length);
        return Arrays.copyOf(digest.digest(), LENGTH);
    }
}
