package throughline.replica;

import static org.assertj.core.api.Assertions.fail;

import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, a minute at most. */
public final class Await {
    private Await() {}

    public static void until(Callable<Boolean> condition) throws Exception {
        Instant deadline = Instant.now().plusSeconds(60);
        while (!condition.call()) {
            if (Instant.now().isAfter(deadline)) {
                fail("the condition was not met within a minute");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
