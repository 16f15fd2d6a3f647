package throughline.harness.middlebox;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads from a socket as much as has come, where JSSE asks for the five bytes of a record's header and then for the rest
 * (RFC 8446, 5.1). It knows whether more content is here already, so that content can leave in large pieces.
 */
final class RecordInput extends FilterInputStream {
    private static final int SIZE = 128 << 10;
    private static final int HEADER = 5;

    /** More than a handshake message after the handshake has. */
    private static final int LARGEST_MESSAGE = 8 << 10;

    private final byte[] buffer = new byte[SIZE];
    private int position;
    private int end;

    RecordInput(InputStream in) {
        super(in);
    }

    /**
     * Whether a whole large record is here that JSSE has not begun to read; asked between two reads of JSSE, which leave off
     * where a record ends. Small ones do not count: a ticket or a key update looks like content and yields none.
     */
    boolean contentWaiting() {
        if (end - position < HEADER) {
            return false;
        }
        int length = (buffer[position + 3] & 0xff) << 8 | (buffer[position + 4] & 0xff);
        return length > LARGEST_MESSAGE && end - position >= HEADER + length;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, end - position);
        System.arraycopy(buffer, position, bytes, offset, count);
        position += count;
        return count;
    }

    @Override
    public int available() throws IOException {
        return end - position + in.available();
    }

    @Override
    public long skip(long count) throws IOException {
        return Math.max(read(new byte[(int) Math.min(count, HEADER)]), 0);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private boolean fill() throws IOException {
        if (position == end) {
            position = 0;
            end = Math.max(in.read(buffer, 0, SIZE), 0);
        }
        return end > 0;
    }
}
