package throughline.replica.store;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** Lets many use the files of a store until it is closed; closing waits for those who do. Nobody waits for the network inside. */
final class UntilClosed {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /** Something done with files. */
    interface Use<T> {
        T run() throws RefusedException;
    }

    <T> T use(Use<T> use) throws RefusedException {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new RefusedException(RefusalReason.SHUTTING_DOWN, "the store is closed");
            }
            return use.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Once. */
    void close(Runnable closing) {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                closing.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
