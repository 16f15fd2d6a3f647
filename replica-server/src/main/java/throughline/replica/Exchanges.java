package throughline.replica;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** The exchanges of one port that have not ended. Thread-safe. */
final class Exchanges {
    private final Set<Exchange> open = new HashSet<>();
    private int worked;
    private boolean draining;

    /** @throws RefusedException SHUTTING_DOWN once it was decided to stop */
    synchronized void opened(Exchange exchange) throws RefusedException {
        if (draining) {
            throw new RefusedException(RefusalReason.SHUTTING_DOWN, "the replica is about to stop");
        }
        open.add(exchange);
    }

    /** It was answered, or never will be. */
    synchronized void ended(Exchange exchange) {
        open.remove(exchange);
        notifyAll();
    }

    /** A thread works for one of them. */
    synchronized void workBegins() {
        worked++;
    }

    synchronized void workEnds() {
        worked--;
        notifyAll();
    }

    /** From now on everything new is refused. */
    synchronized void drain() {
        draining = true;
    }

    /** Ends what waits for bytes to come. */
    void abort() {
        drain();
        for (Exchange exchange : copy()) {
            exchange.body().abort();
        }
    }

    /** Returns whether everything was answered within the time. */
    synchronized boolean awaitAnswered(Duration longest) {
        return await(longest, open::isEmpty);
    }

    /** Returns whether no thread works for an exchange any more. */
    synchronized boolean awaitIdle(Duration longest) {
        return await(longest, () -> worked == 0);
    }

    private synchronized List<Exchange> copy() {
        return List.copyOf(open);
    }

    private boolean await(Duration longest, BooleanSupplier condition) {
        long deadline = System.nanoTime() + longest.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return condition.getAsBoolean();
        }
    }
}
