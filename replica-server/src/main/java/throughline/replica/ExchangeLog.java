package throughline.replica;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/** The exchanges that ended and that nobody has asked for, in the order of their ends. */
final class ExchangeLog {
    /** The oldest go first: most replicas are never asked. */
    static final int LIMIT = 4096;

    private final LinkedBlockingDeque<ReceivedExchange> ended = new LinkedBlockingDeque<>(LIMIT);

    void add(ReceivedExchange exchange) {
        while (!ended.offerLast(exchange)) {
            ended.pollFirst();
        }
    }

    Optional<ReceivedExchange> take(Duration longest) {
        try {
            return Optional.ofNullable(ended.pollFirst(longest.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
