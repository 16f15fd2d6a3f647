package throughline.replica;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import throughline.protocol.replication.SliceWriter;

/** Slices as they travel. */
final class Slices {
    private Slices() {}

    /** One frame of data of the first disk. */
    static byte[] of(long offset, byte[] data) {
        return of(offset, data, data.length);
    }

    /** The data cut into frames of this length. */
    static byte[] of(long offset, byte[] data, int frame) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            SliceWriter writer = new SliceWriter(out);
            for (int start = 0; start < data.length; start += frame) {
                writer.data(0, offset + start, data, start, Math.min(frame, data.length - start));
            }
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** As it stands at the end. */
    static String digest(byte[] slice) {
        return HexFormat.of().formatHex(Arrays.copyOfRange(slice, slice.length - 32, slice.length));
    }
}
