package throughline.harness.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What ^C does: ends the work, then waits a moment for it to be written down. */
final class Interruption {
    private Interruption() {}

    static Thread thread(Runnable end, CountDownLatch done, Duration limit) {
        return new Thread(
                () -> {
                    end.run();
                    try {
                        done.await(limit.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "throughline-interrupted");
    }

    /** Has it run when the process is told to end; where it has been told already, at once. */
    static void add(Thread hook) {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException ending) {
            hook.start();
        }
    }

    /** Takes the hook back; when the process is ending already, it has done its work. */
    static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and this hook with it.
        }
    }
}
