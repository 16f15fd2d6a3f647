package throughline.replica.store;

import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** What block files and the log take, of what they may. Thread-safe. */
final class Space {
    private final long total;
    private long used;

    Space(long total) {
        this.total = total;
    }

    /** Whether nothing more may be reserved. */
    synchronized boolean isFull() {
        return used >= total;
    }

    /** @throws RefusedException STORE_FULL, where so much does not fit */
    synchronized void reserve(long bytes) throws RefusedException {
        if (bytes > total - used) {
            throw new RefusedException(
                    RefusalReason.STORE_FULL,
                    "the store uses " + used + " of the " + total + " bytes that it may; " + bytes
                            + " more do not fit");
        }
        used += bytes;
    }

    /** Counts what has to be written also where the store is full; what goes counts below zero. */
    synchronized void add(long bytes) {
        used += bytes;
    }
}
