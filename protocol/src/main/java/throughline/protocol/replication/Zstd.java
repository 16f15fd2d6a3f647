package throughline.protocol.replication;

import java.util.Optional;

/** Compression with zstd (RFC 8878), where {@code com.github.luben:zstd-jni} is on the class path and runs on this platform. */
public final class Zstd {
    private static final boolean AVAILABLE = load();

    private Zstd() {}

    public static boolean isAvailable() {
        return AVAILABLE;
    }

    /** The size that a target for {@link #compress} needs, whatever is compressed. */
    public static int bound(int length) {
        return Math.toIntExact(com.github.luben.zstd.Zstd.compressBound(length));
    }

    /**
     * Compresses into one frame, at the fastest of the ordinary levels.
     *
     * @param target of at least {@link #bound} bytes
     * @return the frame's length
     */
    public static int compress(byte[] data, int start, int length, byte[] target) {
        return (int) com.github.luben.zstd.Zstd.compressByteArray(target, 0, target.length, data, start, length, 1);
    }

    /** What the frame holds, if that is exactly so many bytes. */
    static Optional<byte[]> decompress(byte[] compressed, int length) {
        byte[] data = new byte[length];
        try {
            long got =
                    com.github.luben.zstd.Zstd.decompressByteArray(data, 0, length, compressed, 0, compressed.length);
            return got == length ? Optional.of(data) : Optional.empty();
            // By its own name the exception would be looked for when this class is loaded, also where the library is
            // missing.
        } catch (RuntimeException damaged) {
            return Optional.empty();
        }
    }

    private static boolean load() {
        try {
            com.github.luben.zstd.util.Native.load();
            return true;
        } catch (LinkageError absent) {
            return false;
        }
    }
}
