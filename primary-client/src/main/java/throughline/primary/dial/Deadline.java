package throughline.primary.dial;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** A point in time by which several reads together must be done; a limit per read alone lets a trickle go on for ever. */
record Deadline(long nanoTime, Duration limit) {
    static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos(), limit);
    }

    Deadline later(Duration by) {
        return new Deadline(nanoTime + by.toNanos(), limit);
    }

    /** From 1 on. */
    int millisecondsLeft() throws SocketTimeoutException {
        long left = nanoTime - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("timed out after " + limit.toMillis() + " ms");
        }
        return DialledSocket.milliseconds(Duration.ofNanos(left));
    }
}
