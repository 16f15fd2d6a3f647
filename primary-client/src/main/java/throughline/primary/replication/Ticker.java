package throughline.primary.replication;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Time that passes, so that tests need not wait for it. */
public interface Ticker {

    /** As {@link System#nanoTime}. */
    long nanoTime();

    /**
     * Waits, but no longer than until the latch is open.
     *
     * @return whether it is
     */
    boolean await(CountDownLatch cancelled, Duration most) throws InterruptedException;

    static Ticker system() {
        return new Ticker() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public boolean await(CountDownLatch cancelled, Duration most) throws InterruptedException {
                return cancelled.await(most.toNanos(), TimeUnit.NANOSECONDS);
            }
        };
    }
}
