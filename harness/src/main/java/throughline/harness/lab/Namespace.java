package throughline.harness.lab;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * A network namespace and a thread that is in it. On Linux every thread has a network namespace of its own choice, hands it
 * on to the threads and processes that it starts, and a socket belongs to the one in which it was made. So what is opened on
 * this thread stays in this namespace with everything that it starts. The namespace ends with the last of them.
 */
final class Namespace implements AutoCloseable {
    /** From {@code linux/sched.h}. */
    private static final int CLONE_NEWNET = 0x40000000;

    private static final Duration ENDED_WITHIN = Duration.ofSeconds(5);

    private final ExecutorService executor;
    private final Thread thread;
    private final Path path;

    private Namespace(ExecutorService executor, Thread thread, Path path) {
        this.executor = executor;
        this.thread = thread;
        this.path = path;
    }

    /** C's own functions, as JNA calls them. */
    interface C extends Library {
        C LIBRARY = Native.load("c", C.class);

        /** See unshare(2). */
        int unshare(int flags) throws LastErrorException;
    }

    /**
     * Makes a new one, with nothing in it but a loopback that is down.
     *
     * @throws LabUnavailableException when the system does not let it
     */
    static Namespace make(String name) {
        BlockingQueue<Thread> made = new ArrayBlockingQueue<>(1);
        ExecutorService executor = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "throughline-" + name);
            thread.setDaemon(true);
            made.add(thread);
            return thread;
        });
        try {
            Path path = on(executor, Namespace::leave);
            return new Namespace(executor, made.remove(), path);
        } catch (RuntimeException refused) {
            executor.shutdown();
            throw refused;
        }
    }

    /** Where this namespace is, for commands of other ones. */
    Path path() {
        return path;
    }

    /** Does something on the namespace's thread and waits for it; what it throws is thrown here. */
    <T> T call(Supplier<T> work) {
        return on(executor, work);
    }

    /** Ends the thread, not what was started on it, and waits for its end. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            thread.join(ENDED_WITHIN.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path leave() {
        String before = LabProcess.network();
        try {
            C.LIBRARY.unshare(CLONE_NEWNET);
            if (LabProcess.network().equals(before)) {
                throw new LabUnavailableException("A thread was to leave " + before + " and is still there.");
            }
            Path threadFolder = Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")));
            return threadFolder.resolve("ns/net");
        } catch (LastErrorException | IOException refused) {
            throw new LabUnavailableException("The system makes no network namespace: " + refused.getMessage());
        }
    }

    private static <T> T on(ExecutorService executor, Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, executor).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException own) {
                throw own;
            }
            throw failed;
        }
    }
}
