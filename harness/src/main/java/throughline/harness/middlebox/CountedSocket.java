package throughline.harness.middlebox;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A socket that counts what goes over the wire, also when TLS is layered over it, and that can bound the time of a whole
 * conversation: a time-out per read would let a peer drip one byte at a time for ever.
 */
final class CountedSocket extends Socket {
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private volatile Optional<Long> readUntil = Optional.empty();
    private volatile ByteArrayInputStream unread = new ByteArrayInputStream(new byte[0]);

    /** Bytes read so far. */
    long received() {
        return received.get();
    }

    /** Bytes written so far. */
    long sent() {
        return sent.get();
    }

    /** All reads from now on must be over within this time together; the one that is not throws {@link SocketTimeoutException}. */
    void limitReading(Duration limit) {
        readUntil = Optional.of(System.nanoTime() + limit.toNanos());
    }

    /** Reads may take for ever again. */
    void unlimitReading() throws IOException {
        readUntil = Optional.empty();
        setSoTimeout(0);
    }

    /** Lets these bytes, which were read and are not counted again, be read once more before what is still to come. */
    void unread(byte[] bytes) {
        unread = new ByteArrayInputStream(bytes);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new CountedInput(super.getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new CountedOutput(super.getOutputStream());
    }

    private void applyLimit() throws IOException {
        Optional<Long> until = readUntil;
        if (until.isPresent()) {
            long left = (until.get() - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("the time for it is over");
            }
            setSoTimeout((int) left);
        }
    }

    private final class CountedInput extends FilterInputStream {
        CountedInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            if (unread.available() > 0) {
                return unread.read();
            }
            applyLimit();
            int value = in.read();
            received.addAndGet(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (unread.available() > 0) {
                return unread.read(bytes, offset, length);
            }
            applyLimit();
            int count = in.read(bytes, offset, length);
            received.addAndGet(Math.max(count, 0));
            return count;
        }

        @Override
        public int available() throws IOException {
            return unread.available() + in.available();
        }

        @Override
        public long skip(long count) throws IOException {
            return Math.max(read(new byte[(int) Math.min(count, 8192)]), 0);
        }
    }

    private final class CountedOutput extends FilterOutputStream {
        CountedOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            sent.incrementAndGet();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            sent.addAndGet(length);
        }
    }
}
