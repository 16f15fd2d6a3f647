package throughline.primary.replication;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/** Paces what several transfers send together. Bytes are paid for after they were let go, so that a large one waits for none. */
public final class Bandwidth {
    private static final double NANOS = 1e9;

    /** One TLS record. */
    private static final int MOST_AT_A_TIME = 16 << 10;

    private static final int LEAST_AT_A_TIME = 256;

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

    /**
     * The stream at this pace: a little at a time, so that a slow one is never silent for long. What is written goes on at
     * once. Where there is no limit, the stream itself.
     */
    OutputStream paced(OutputStream out) {
        return bytesPerSecond.isEmpty() ? out : new Paced(out, bytesPerSecond.getAsLong());
    }

    private final class Paced extends FilterOutputStream {
        private final int atATime;

        Paced(OutputStream out, long bytesPerSecond) {
            super(out);
            // So that even the slowest says something several times in a second.
            this.atATime = (int) Math.max(LEAST_AT_A_TIME, Math.min(MOST_AT_A_TIME, bytesPerSecond / 8));
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int start, int length) throws IOException {
            for (int done = 0; done < length; done += atATime) {
                int some = Math.min(atATime, length - done);
                take(some);
                out.write(bytes, start + done, some);
                if (some == atATime) {
                    out.flush();
                }
            }
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
