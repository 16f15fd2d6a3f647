package throughline.harness.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import throughline.protocol.replication.SliceWriter;

/** Slices of one frame. */
final class SliceBytes {
    private static final int DIGEST = 32;

    private SliceBytes() {}

    static byte[] of(int disk, long offset, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            SliceWriter writer = new SliceWriter(out);
            writer.data(disk, offset, data, 0, data.length);
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** As it stands at the end. */
    static String digest(byte[] slice) {
        return HexFormat.of().formatHex(Arrays.copyOfRange(slice, slice.length - DIGEST, slice.length));
    }
}
