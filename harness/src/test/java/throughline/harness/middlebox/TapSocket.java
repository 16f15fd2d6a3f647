package throughline.harness.middlebox;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what an end sends and receives, by its own means. */
class TapSocket extends Socket {
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();

    long sent() {
        return sent.get();
    }

    long received() {
        return received.get();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = in.read(bytes, offset, length);
                received.addAndGet(Math.max(0, count));
                reading(bytes, offset, Math.max(0, count));
                return count;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                sent.addAndGet(length);
                writing(bytes, offset, length);
                out.write(bytes, offset, length);
            }
        };
    }

    /** Called with everything after it was received. */
    void reading(byte[] bytes, int offset, int length) {}

    /** Called with everything before it is sent. */
    void writing(byte[] bytes, int offset, int length) {}
}
