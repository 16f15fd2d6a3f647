package throughline.protocol.replication;

import java.security.MessageDigest;
import java.util.HexFormat;

/** Names a row of slices: {@code d(0)} is 32 zero bytes, {@code d(n) = SHA-256(d(n-1), digest of slice n-1)}; lower-case hex. */
public final class SliceChain {
    /** Of no slices. */
    public static final String EMPTY = "0".repeat(64);

    private SliceChain() {}

    /**
     * The chain with one more slice.
     *
     * @param chain of the slices before it
     * @param slice that slice's own digest, as in its receipt
     */
    public static String next(String chain, String slice) {
        MessageDigest digest = SliceFormat.newDigest();
        digest.update(HexFormat.of().parseHex(chain));
        digest.update(HexFormat.of().parseHex(slice));
        return HexFormat.of().formatHex(digest.digest());
    }
}
