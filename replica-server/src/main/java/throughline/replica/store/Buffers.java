package throughline.replica.store;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Direct buffers, kept for the next slice: they are slow to come and slow to go. */
final class Buffers {
    private static final int SIZE = 256 << 10;
    private static final int KEPT = 8;

    private final Deque<ByteBuffer> free = new ArrayDeque<>();

    synchronized ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? ByteBuffer.allocateDirect(SIZE) : buffer.clear();
    }

    synchronized void give(ByteBuffer buffer) {
        if (free.size() < KEPT) {
            free.push(buffer);
        }
    }
}
