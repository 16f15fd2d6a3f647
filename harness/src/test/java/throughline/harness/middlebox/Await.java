package throughline.harness.middlebox;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a deadline. */
final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("still not so after " + LONGEST.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** The box's only passage, once it has ended. */
    static Passage onlyPassage(Middlebox box) {
        until(
                "one passage, ended",
                () -> box.passages().size() == 1 && box.passages().get(0).ended());
        return box.passages().get(0);
    }
}
