package throughline.primary.replication;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/** Paces what several transfers send together. Bytes are paid for after they were let go, so that a large one waits for none. */
public final class Bandwidth {
    private static final double NANOS = 1e9;

    private final OptionalLong bytesPerSecond;
    private final Ticker ticker;
    private final CountDownLatch cancelled;
    private long paidUntil;

    /**
     * A limit, or none.
     *
     * @param cancelled opened, it ends every wait
     */
    public Bandwidth(OptionalLong bytesPerSecond, Ticker ticker, CountDownLatch cancelled) {
        this.bytesPerSecond = bytesPerSecond;
        this.ticker = ticker;
        this.cancelled = cancelled;
        this.paidUntil = ticker.nanoTime();
    }

    /**
     * Waits until these bytes may be sent.
     *
     * @throws InterruptedIOException when it is cancelled before
     */
    public void take(long bytes) throws InterruptedIOException {
        if (bytesPerSecond.isEmpty()) {
            return;
        }
        Duration wait = reserve(bytes, bytesPerSecond.getAsLong());
        try {
            if (wait.compareTo(Duration.ZERO) > 0 && ticker.await(cancelled, wait)) {
                throw new InterruptedIOException("cancelled while the bandwidth limit was waited for");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the bandwidth limit was waited for");
        }
    }

    private synchronized Duration reserve(long bytes, long perSecond) {
        long now = ticker.nanoTime();
        // Compared by difference, as nanoTime asks for.
        long start = paidUntil - now > 0 ? paidUntil : now;
        paidUntil = start + Math.round(bytes * NANOS / perSecond);
        return Duration.ofNanos(start - now);
    }
}
