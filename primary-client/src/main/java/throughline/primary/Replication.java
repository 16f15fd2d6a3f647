package throughline.primary;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import throughline.primary.capture.AttemptLog;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.disk.DiskSnapshot;
import throughline.primary.disk.SourceException;
import throughline.primary.disk.TrackedDisk;
import throughline.primary.replication.CycleResult;
import throughline.primary.replication.ReplicationSettings;
import throughline.primary.replication.Retryable;
import throughline.primary.replication.SliceLimit;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.Receipt;

/**
 * Keeps one machine's disks replicated, cycle by cycle: by hand with {@link #runCycle}, or by the interval of the settings
 * once {@link #start} was called. Each cycle ends with the replica's receipt for all disks at once, or changes nothing there.
 * The client stays the caller's to close. Thread-safe.
 */
public final class Replication implements AutoCloseable {
    private static final int MOST_COLLISIONS = 2;

    /** How often a cycle that waits for its turn looks whether it was cancelled. */
    private static final Duration TURN = Duration.ofMillis(100);

    /** A cancelled cycle has nothing to wait for but a disk that is being read. */
    private static final Duration CANCELLATION = Duration.ofMillis(500);

    private final PrimaryClient client;
    private final ReplicationSettings settings;
    private final Position position;
    private final SliceLimit limit;
    private final Remembered remembered;
    private final ExecutorService threads;
    private State state = State.IDLE;
    private @Nullable Cycle underWay;

    /** How often it was started: of two threads that count intervals only the later one goes on. */
    private long starts;

    /** What a replication is doing. */
    public enum State {
        /** Waits for {@link #runCycle} or {@link #start}. */
        IDLE,
        /** Runs cycles by its interval. */
        STARTED,
        /** Runs no cycles until {@link #resume}. */
        SUSPENDED,
        /** Another primary has taken the machine over. For good. */
        FENCED,
        CLOSED
    }

    Replication(PrimaryClient client, ReplicationSettings settings) {
        this.client = client;
        this.settings = settings;
        this.position = new Position(settings.machine());
        this.limit = new SliceLimit(settings.largestSlice());
        this.remembered = new Remembered(settings, client.memory());
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "throughline-cycle-" + settings.machine());
            thread.setDaemon(true);
            return thread;
        });
    }

    public MachineName machine() {
        return settings.machine();
    }

    public synchronized State state() {
        return state;
    }

    /**
     * Runs one cycle, and waits for its receipt.
     *
     * @throws ReplicationFailed when it did not get through, with the diagnosis of its last attempt
     * @throws IOException when a disk cannot be read; nothing is then wrong with the path
     * @throws CancellationException when it was ended by {@link #suspend} or {@link #close}
     * @throws IllegalStateException while another cycle is under way, or in a state in which none may be run
     */
    public CycleResult runCycle() throws ReplicationFailed, IOException, InterruptedException {
        Cycle cycle = begin();
        Future<CycleResult> result = threads.submit(() -> run(cycle));
        try {
            return result.get();
        } catch (InterruptedException e) {
            cycle.cancel();
            awaitEnd(result);
            throw e;
        } catch (ExecutionException e) {
            throw cause(e);
        }
    }

    /** Runs cycles by the interval, the first at once, until suspended or closed. What comes of them is told the listener. */
    public synchronized void start() {
        Duration interval = settings.interval()
                .orElseThrow(() -> new IllegalStateException("no interval is set; accepted is then runCycle"));
        require(state == State.IDLE, "it cannot be started");
        state = State.STARTED;
        long own = ++starts;
        threads.execute(() -> runByInterval(own, interval));
    }

    /** Ends the cycle under way; what has arrived of it is kept by the replica. */
    public synchronized void suspend() {
        require(state == State.IDLE || state == State.STARTED, "it cannot be suspended");
        state = State.SUSPENDED;
        cancelUnderWay();
        notifyAll();
    }

    /** Goes on where it was suspended: by the interval, if there is one, and with a cycle at once. */
    public synchronized void resume() {
        require(state == State.SUSPENDED, "it cannot be resumed");
        state = State.IDLE;
        if (settings.interval().isPresent()) {
            start();
        }
    }

    /** Ends the cycle under way, from any thread. */
    @Override
    public void close() {
        synchronized (this) {
            state = State.CLOSED;
            cancelUnderWay();
            notifyAll();
        }
        client.forget(this);
        threads.shutdown();
        try {
            // A disk that hangs must not hang its replication too.
            threads.awaitTermination(CANCELLATION.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        remembered.close();
    }

    /** The client was closed: what waits for another attempt waits for nothing. */
    synchronized void wake() {
        if (underWay != null) {
            underWay.wake();
        }
    }

    private void cancelUnderWay() {
        if (underWay != null) {
            underWay.cancel();
        }
    }

    private synchronized Cycle begin() {
        require(state == State.IDLE || state == State.STARTED, "no cycle is run");
        if (underWay != null) {
            throw new UnderWayException("a cycle of " + settings.machine() + " is under way");
        }
        Cycle cycle = new Cycle();
        underWay = cycle;
        return cycle;
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException("the replication of " + settings.machine() + " is "
                    + switch (state) {
                        case IDLE -> "idle";
                        case STARTED -> "started";
                        case SUSPENDED -> "suspended";
                        case FENCED -> "fenced off by another primary";
                        case CLOSED -> "closed";
                    }
                    + "; " + otherwise);
        }
    }

    private void runByInterval(long own, Duration interval) {
        long due = System.nanoTime();
        while (awaitDue(own, due)) {
            due = System.nanoTime() + interval.toNanos();
            try {
                run(begin());
            } catch (ReplicationFailed e) {
                settings.listener().failed(e.verdict(), e.caseFile());
            } catch (IOException e) {
                settings.listener().diskFailed(e);
            } catch (CancellationException | UnderWayException e) {
                // Suspended or closed, or a cycle was begun by hand: the state says what comes next.
            } catch (RuntimeException e) {
                broken(own, e);
            } catch (Error e) {
                // As where memory ran out: the next cycle may have more, and nobody else would be told.
                broken(own, new IllegalStateException("a cycle of " + settings.machine() + " broke", e));
            }
        }
    }

    private void broken(long own, RuntimeException thrown) {
        if (isStarted(own)) {
            settings.listener().broken(thrown);
        }
    }

    /** Until then, and until no cycle is under way: one that was suspended takes a moment to end. */
    private synchronized boolean awaitDue(long own, long due) {
        try {
            while (isStarted(own) && (underWay != null || due - System.nanoTime() > 0)) {
                // At least a millisecond: a wait of nothing is one for ever.
                wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(due - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            return false;
        }
        return isStarted(own);
    }

    private synchronized boolean isStarted(long own) {
        return state == State.STARTED && starts == own;
    }

    private CycleResult run(Cycle cycle) throws ReplicationFailed, IOException {
        try {
            CycleResult result = cycle.run();
            settings.listener().done(result);
            return result;
        } catch (ReplicationFailed e) {
            if (cycle.isCancelled()) {
                throw cancelled();
            }
            if (e.getCause() instanceof RefusedException refused && refused.reason() == RefusalReason.FENCED) {
                fenced();
            }
            throw e;
        } catch (IOException e) {
            if (cycle.isCancelled()) {
                throw cancelled();
            }
            throw e;
        } finally {
            synchronized (this) {
                underWay = null;
                notifyAll();
            }
        }
    }

    private void fenced() {
        synchronized (this) {
            if (state != State.CLOSED) {
                state = State.FENCED;
            }
        }
        settings.listener().fenced();
    }

    private CancellationException cancelled() {
        return new CancellationException("the cycle of " + settings.machine() + " was ended from here");
    }

    private static void awaitEnd(Future<CycleResult> result) {
        try {
            result.get(CANCELLATION.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            // It was given up.
        }
    }

    private static IOException cause(ExecutionException thrown) throws ReplicationFailed, IOException {
        Throwable cause = thrown.getCause();
        if (cause instanceof ReplicationFailed failed) {
            throw failed;
        }
        if (cause instanceof IOException failed) {
            throw failed;
        }
        if (cause instanceof RuntimeException failed) {
            throw failed;
        }
        throw new IllegalStateException(cause);
    }

    /** One cycle with its retries. */
    private final class Cycle {
        private final CountDownLatch cancelled = new CountDownLatch(1);

        /** Ends the wait for another attempt. */
        private final CountDownLatch woken = new CountDownLatch(1);

        private final long startedNanos = System.nanoTime();
        private @Nullable Calls calls;
        private int retries;
        private int inARow;
        private int collisions;
        private boolean turn;

        synchronized void cancel() {
            cancelled.countDown();
            wake();
            if (calls != null) {
                calls.cancel();
            }
        }

        void wake() {
            woken.countDown();
        }

        boolean isCancelled() {
            return cancelled.getCount() == 0;
        }

        CycleResult run() throws ReplicationFailed, IOException {
            // First a turn, then the moment: what waits with its disks frozen grows old, and keeps what is overwritten.
            awaitTurn();
            try {
                return ofThisMoment();
            } finally {
                endTurn();
            }
        }

        private CycleResult ofThisMoment() throws ReplicationFailed, IOException {
            while (true) {
                List<DiskSnapshot> snapshots = TrackedDisk.freezeAll(settings.disks(), position.history());
                try {
                    return run(
                            new ReplicationCycle(settings, position, snapshots, remembered.next(), limit, cancelled));
                } catch (SourceException e) {
                    if (!(e.getCause() instanceof SnapshotTooNarrowException)) {
                        throw e.getCause() instanceof IOException unread ? unread : e;
                    }
                } finally {
                    snapshots.forEach(DiskSnapshot::close);
                }
            }
        }

        private CycleResult run(ReplicationCycle cycle) throws ReplicationFailed, IOException {
            try (PrimaryClient.Attempts attempts = client.attempts(this::isCancelled)) {
                while (true) {
                    ReplicationFailed failed;
                    try {
                        PrimaryClient.Succeeded<Receipt> done =
                                attempts.run((connection, log) -> attempt(cycle, connection, log));
                        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
                        return new CycleResult(
                                done.value(), cycle.progress(), retries, took, done.verdict(), done.caseFile());
                    } catch (ReplicationFailed e) {
                        failed = e;
                    }
                    endTurn();
                    retry(cycle, failed);
                    awaitTurn();
                }
            }
        }

        private void awaitTurn() {
            try {
                while (!client.turns().tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                    if (isCancelled() || client.isClosed()) {
                        throw cancelled();
                    }
                }
                turn = true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw cancelled();
            }
        }

        private void endTurn() {
            if (turn) {
                turn = false;
                client.turns().release();
            }
        }

        private Receipt attempt(ReplicationCycle cycle, ReplicaConnection connection, AttemptLog log)
                throws IOException {
            Calls own = new Calls();
            synchronized (this) {
                if (isCancelled()) {
                    throw new InterruptedIOException("cancelled");
                }
                calls = own;
            }
            return cycle.attempt(new Transfers(threads, own, number -> connection.exchanges(number, log, own)));
        }

        /**
         * What was sent before a cut may arrive after we asked what has arrived, and take a number. Asked once more, the
         * replica tells.
         */
        private boolean isCollision(ReplicationFailed failed) {
            return failed.getCause() instanceof RefusedException refused
                    && (refused.reason() == RefusalReason.SEQUENCE_CONFLICT
                            || refused.reason() == RefusalReason.SLICES_MISSING)
                    && ++collisions <= MOST_COLLISIONS;
        }

        /** Waits where another attempt is worth it; throws the failure where none is. */
        private void retry(ReplicationCycle cycle, ReplicationFailed failed) throws ReplicationFailed {
            inARow = cycle.gotOn() ? 0 : inARow;
            if (isCancelled()
                    || client.isClosed()
                    || inARow >= settings.retries().most()
                    || !(Retryable.is(failed.verdict()) || isCollision(failed))) {
                throw failed;
            }
            inARow++;
            retries++;
            Verdict verdict = failed.verdict();
            Duration wait = settings.retries().before(inARow, ThreadLocalRandom.current());
            settings.listener().retrying(verdict, wait);
            try {
                if (settings.ticker().await(woken, wait)) {
                    throw failed;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failed;
            }
        }
    }

    private static final class UnderWayException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        UnderWayException(String message) {
            super(message);
        }
    }
}
