package throughline.replica;

/** Spreads the bytes of one primary over time. Thread-safe. */
final class Pace {
    /** What is less to wait for is not waited for, but added to the next wait. */
    private static final long SHORTEST_WAIT = 5_000_000;

    private static final double NANOSECONDS = 1e9;

    private final long bytesPerSecond;
    private long paidUntil = System.nanoTime();

    Pace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** How many nanoseconds to wait before reading on, when so many bytes have been read. */
    long read(int bytes) {
        if (bytesPerSecond == Long.MAX_VALUE) {
            return 0;
        }
        return read(bytes, System.nanoTime());
    }

    /** The same at a given time. */
    synchronized long read(int bytes, long now) {
        // What was not used is not saved up.
        if (paidUntil - now < 0) {
            paidUntil = now;
        }
        paidUntil += (long) (bytes * NANOSECONDS / bytesPerSecond);
        long wait = paidUntil - now;
        return wait < SHORTEST_WAIT ? 0 : wait;
    }
}
