package throughline.primary.replication;

import throughline.protocol.replication.Zstd;

/**
 * Decides frame by frame whether zstd pays: a sample from the middle tells. Where samples in a row do not compress, fewer and
 * fewer are taken. For one sender.
 */
final class FrameCompression {
    private static final int SAMPLE = 16 << 10;

    /** Frames between two samples at most: what becomes compressible later is noticed within 64 MiB. */
    private static final int LONGEST_PAUSE = 64;

    private byte[] compressed = {};
    private int failures;
    private int pause;

    byte[] compressed() {
        return compressed;
    }

    /** The length of the frame's data in {@link #compressed}; 0 where it is better sent as it is. */
    int compress(byte[] data, int start, int length) {
        if (pause > 0) {
            pause--;
            return 0;
        }
        if (compressed.length == 0) {
            compressed = new byte[Zstd.bound(SliceContent.READ)];
        }
        int sample = Math.min(SAMPLE, length);
        if (!pays(Zstd.compress(data, start + (length - sample) / 2, sample, compressed), sample)) {
            return failed();
        }
        int whole = Zstd.compress(data, start, length, compressed);
        if (!pays(whole, length)) {
            return failed();
        }
        failures = 0;
        return whole;
    }

    private int failed() {
        pause = Math.min(LONGEST_PAUSE, (1 << Math.min(failures++, 6)) - 1);
        return 0;
    }

    private static boolean pays(int compressedLength, int length) {
        return compressedLength < length - length / 10;
    }
}
