package throughline.replica;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The threads of one replica: daemons with its name, ended when it is closed. Jetty's own stop waits too long or not at all. */
final class ReplicaThreads implements ThreadFactory {
    /** Enough for one write to a disk; what a change set has more to do is left for the next start. */
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(10);

    private final String name;
    private final List<Thread> threads = new ArrayList<>();
    private int started;

    ReplicaThreads(String name) {
        this.name = name;
    }

    @Override
    public synchronized Thread newThread(Runnable task) {
        threads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        started++;
        Thread thread = new Thread(task, name + "-" + started);
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    /** Interrupts all, which ends every wait, and waits for their end. */
    void end() {
        long deadline = System.nanoTime() + LONGEST_WRITE.toNanos();
        List<Thread> ending = threads();
        ending.forEach(Thread::interrupt);
        try {
            for (Thread thread : ending) {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized List<Thread> threads() {
        return List.copyOf(threads);
    }
}
