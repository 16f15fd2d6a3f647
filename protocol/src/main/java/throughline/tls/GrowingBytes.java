package throughline.tls;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that are appended at the end and dropped from the front; whoever appends keeps them within bounds. */
final class GrowingBytes {
    private static final int FIRST_CAPACITY = 512;

    private byte[] bytes = new byte[0];
    private int length;

    int length() {
        return length;
    }

    /** The bytes themselves, valid up to {@link #length()} and until the next change. */
    byte[] array() {
        return bytes;
    }

    void append(ByteBuffer from, int count) {
        makeRoom(count);
        from.get(bytes, length, count);
        length += count;
    }

    void append(byte[] from, int offset, int count) {
        append(ByteBuffer.wrap(from, offset, count), count);
    }

    void dropFirst(int count) {
        System.arraycopy(bytes, count, bytes, 0, length - count);
        length -= count;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    private void makeRoom(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, Math.max(FIRST_CAPACITY, bytes.length * 2)));
        }
    }
}
