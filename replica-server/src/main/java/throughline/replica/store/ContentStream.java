package throughline.replica.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import throughline.protocol.RefusedException;

/** A disk's content as a stream. Once the store is closed it ends with a refusal. */
final class ContentStream extends InputStream {
    /** So that closing the store does not wait long. */
    private static final int MOST = 1 << 20;

    private final DiskContent content;
    private final UntilClosed open;
    private final long end;
    private long position;
    private boolean closed;

    ContentStream(DiskContent content, UntilClosed open, long position, long end) {
        this.content = content;
        this.open = open;
        this.position = position;
        this.end = end;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] target, int start, int length) throws IOException {
        Objects.checkFromIndexSize(start, length, target.length);
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        if (position == end) {
            return -1;
        }
        int count = (int) Math.min(Math.min(length, MOST), end - position);
        open.use(() -> {
            content.read(position, target, start, count);
            return true;
        });
        position += count;
        return count;
    }

    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            open.use(() -> {
                content.close();
                return true;
            });
        } catch (RefusedException storeIsClosed) {
            // And with it everything that is to be closed here.
        }
    }
}
