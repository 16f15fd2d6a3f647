package throughline.primary;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import throughline.primary.disk.BlockSet;
import throughline.primary.disk.DiskSnapshot;

/** A snapshot that gives nothing more once its cycle was cancelled: the zeros of a large disk may take minutes to read. */
record CancellableSnapshot(DiskSnapshot actual, CountDownLatch cancelled) implements DiskSnapshot {

    static DiskSnapshot of(DiskSnapshot snapshot, CountDownLatch cancelled) {
        return new CancellableSnapshot(snapshot, cancelled);
    }

    @Override
    public long size() {
        return actual.size();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        if (cancelled.getCount() == 0) {
            throw new InterruptedIOException("cancelled");
        }
        actual.read(offset, target);
    }

    @Override
    public long zerosFrom(long offset) {
        return cancelled.getCount() == 0 ? 0 : actual.zerosFrom(offset);
    }

    @Override
    public Optional<BlockSet> changes() {
        return actual.changes();
    }

    @Override
    public void acknowledged() {
        actual.acknowledged();
    }

    @Override
    public void close() {
        actual.close();
    }
}
