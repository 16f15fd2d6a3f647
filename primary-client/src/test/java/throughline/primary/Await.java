package throughline.primary;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition. */
final class Await {
    private Await() {}

    static void until(String condition, BooleanSupplier holds) {
        until(condition, Duration.ofSeconds(10), holds);
    }

    static void until(String condition, Duration limit, BooleanSupplier holds) {
        Instant deadline = Instant.now().plus(limit);
        while (!holds.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                fail("not within " + limit + ": " + condition);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
