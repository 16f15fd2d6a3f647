package throughline.harness.middlebox;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a client says in HTTP/2, read past a counter that notices on which stream its first request comes. */
final class FirstRequest extends FilterInputStream {
    /** {@code PRI * HTTP/2.0} and what follows it (RFC 9113, 3.4). */
    private static final int PREFACE = 24;

    private static final int HEADER = 9;
    private static final int HEADERS = 1;

    private final CountDownLatch seen = new CountDownLatch(1);
    private final byte[] header = new byte[HEADER];
    private long skip = PREFACE;
    private int filled;
    private volatile int stream;

    FirstRequest(InputStream in) {
        super(in);
    }

    /**
     * Waits for it, while somebody reads.
     *
     * @throws IOException when none came in time, or as soon as none can come any more
     */
    int await(Duration limit) throws IOException {
        try {
            if (seen.await(limit.toMillis(), TimeUnit.MILLISECONDS) && stream > 0) {
                return stream;
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        throw new IOException("the client sent no request");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count;
        try {
            count = in.read(bytes, offset, length);
        } catch (IOException broken) {
            seen.countDown();
            throw broken;
        }
        if (count < 0) {
            seen.countDown();
        }
        for (int i = 0; i < count && seen.getCount() > 0; i++) {
            look(bytes[offset + i]);
        }
        return count;
    }

    private void look(byte value) {
        if (skip > 0) {
            skip--;
            return;
        }
        header[filled++] = value;
        if (filled == HEADER) {
            filled = 0;
            ByteBuffer fields = ByteBuffer.wrap(header);
            // RFC 9113, 4.1: 24 bits of length, type, flags, one reserved bit, 31 bits of stream.
            skip = Integer.toUnsignedLong(fields.getInt(0)) >>> 8;
            if (header[3] == HEADERS) {
                stream = fields.getInt(5) & Integer.MAX_VALUE;
                seen.countDown();
            }
        }
    }
}
