package throughline.replica.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import throughline.protocol.replication.SliceWriter;

/** A slice as it travels, put together frame by frame. */
public final class Slices {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final SliceWriter writer;

    private Slices() throws IOException {
        writer = new SliceWriter(bytes);
    }

    public static Slices slice() {
        try {
            return new Slices();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Slices data(int disk, long offset, byte[] data) {
        try {
            writer.data(disk, offset, data, 0, data.length);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Slices data(long offset, String text) {
        return data(0, offset, text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    public Slices zeros(int disk, long offset, long length) {
        try {
            writer.zeros(disk, offset, length);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] end() {
        try {
            writer.end();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ReadableByteChannel body(byte[] slice) {
        return Channels.newChannel(new ByteArrayInputStream(slice));
    }
}
