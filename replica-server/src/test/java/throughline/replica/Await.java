package throughline.replica;

import static org.assertj.core.api.Assertions.fail;

import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, ten seconds at most. */
final class Await {
    private Await() {}

    static void until(Callable<Boolean> condition) throws Exception {
        Instant deadline = Instant.now().plusSeconds(10);
        while (!condition.call()) {
            if (Instant.now().isAfter(deadline)) {
                fail("the condition was not met within 10 seconds");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
