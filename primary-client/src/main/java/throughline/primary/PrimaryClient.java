package throughline.primary;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import throughline.primary.capture.AttemptLog;
import throughline.primary.diagnosis.Diagnostician;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.dial.ProxySettings.Direct;
import throughline.primary.disk.Disk;
import throughline.primary.disk.SourceException;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CaseFile.Outcome;
import throughline.primary.evidence.Witness;
import throughline.primary.replication.CycleProgress;
import throughline.primary.replication.CycleResult;
import throughline.primary.replication.ReplicationListener;
import throughline.primary.replication.ReplicationSettings;
import throughline.primary.replication.RetryPolicy;
import throughline.protocol.AttemptId;
import throughline.protocol.DiskName;
import throughline.protocol.replication.MachineList;
import throughline.protocol.replication.MachineName;

/**
 * Replicates to one replica. May be used from several threads; keeps connections open between attempts until closed.
 */
public final class PrimaryClient implements AutoCloseable {
    /**
     * Replications of one client that may be at it at a time: with three transfers each, as many as a replica takes of one
     * primary unless it is told otherwise. A thousand at once would open thousands of connections.
     */
    private static final int MOST_AT_A_TIME = 8;

    /** Of all clients, as they share the heap. */
    private static final Semaphore MEMORY = new Semaphore(mostRemembered());

    private final Semaphore turns = new Semaphore(MOST_AT_A_TIME);
    private final ClientSettings settings;
    private final Set<Replication> replications = ConcurrentHashMap.newKeySet();
    private final ReplicaConnections connections;
    private final DirectControl control;
    private final Diagnostician diagnostician = new Diagnostician(Rules.all());
    private volatile boolean closed;

    /**
     * Connects to nobody yet.
     *
     * @throws IllegalArgumentException if the source of the credentials has no usable ones
     */
    public PrimaryClient(ClientSettings settings) {
        this.settings = settings;
        this.connections = ReplicaConnections.of(settings);
        this.control = new DirectControl(settings);
    }

    /** Announces this primary and nothing more: whether the path carries mutual TLS. Sends no disk content. */
    public Replicated tryPath() throws ReplicationFailed {
        Succeeded<Boolean> announced = once(exchanges -> {
            exchanges.announce();
            return true;
        });
        return new Replicated(Optional.empty(), announced.verdict(), announced.caseFile());
    }

    /** What the replica holds of the machines that this primary may continue, by name; and whether there are more. */
    public MachineList machines() throws ReplicationFailed {
        return once(exchanges -> {
                    exchanges.announce();
                    return exchanges.machines();
                })
                .value();
    }

    /**
     * Compares disks with what the replica has committed of them, by digests of 64 KiB blocks. Of a tracked disk its
     * content of this moment is compared; of another one, what is in it when it is read.
     *
     * @param progress is told bytes of disk compared
     * @return one for each disk; absent when the replica does not know the machine
     * @throws ReplicationFailed when the replica could not be asked, with the diagnosis
     * @throws IOException when a disk cannot be read
     */
    public Optional<List<Verified>> verify(MachineName machine, List<Disk> disks, Progress progress)
            throws ReplicationFailed, IOException {
        Calls calls = new Calls();
        try (Attempts attempts = attempts(() -> false)) {
            return attempts.run((connection, attempt) -> new Verification(
                                    connection.exchanges(0, attempt, calls), disks, progress)
                            .of(machine, disks))
                    .value();
        }
    }

    /** Replicates a machine, cycle by cycle. The first takes it over from whoever replicated it before. */
    public Replication replication(ReplicationSettings what) {
        Replication replication = new Replication(this, what);
        replications.add(replication);
        return replication;
    }

    /** It was closed. */
    void forget(Replication replication) {
        replications.remove(replication);
    }

    /**
     * Replicates a disk image as it is now, as the only disk of a machine of the same name, without retries. What the replica
     * holds of it already is not sent again.
     *
     * @throws ReplicationFailed when it did not get through, with the diagnosis
     * @throws IOException when the image itself cannot be read; nothing is then wrong with the path
     */
    public Replicated replicate(DiskName disk, Path image, Progress progress) throws ReplicationFailed, IOException {
        Disk content;
        try {
            content = Disk.ofFile(disk, image);
        } catch (IOException e) {
            throw unreadable(image, e);
        }
        ReplicationSettings once = ReplicationSettings.of(new MachineName(disk.value()), List.of(content))
                .retries(RetryPolicy.none())
                .listener(new Reporting(progress))
                .build();
        try (Replication replication = replication(once)) {
            CycleResult result = replication.runCycle();
            return new Replicated(Optional.of(result.receipt()), result.verdict(), result.caseFile());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the replication of " + image + " was interrupted");
        } catch (IOException e) {
            throw unreadable(image, e);
        }
    }

    public Replicated replicate(DiskName disk, Path image) throws ReplicationFailed, IOException {
        return replicate(disk, image, Progress.none());
    }

    /**
     * Ends what is under way, from any thread, and closes every connection. The attempt under way fails; a later one is
     * refused with {@link IllegalStateException}.
     */
    @Override
    public void close() {
        closed = true;
        connections.close();
        control.close();
        replications.forEach(Replication::wake);
    }

    boolean isClosed() {
        return closed;
    }

    /** KiB in which replications remember the blocks of untracked disks: a sixteenth of what the heap may become. */
    Semaphore memory() {
        return MEMORY;
    }

    private static int mostRemembered() {
        return (int) Math.min(Integer.MAX_VALUE, (Runtime.getRuntime().maxMemory() / 16) >> 10);
    }

    /** One for each attempt of a replication. */
    Semaphore turns() {
        return turns;
    }

    private static IOException unreadable(Path image, IOException thrown) {
        return new IOException(image + " cannot be read: " + thrown.getMessage(), thrown);
    }

    private <T> Succeeded<T> once(Asking<T> asking) throws ReplicationFailed {
        Calls calls = new Calls();
        try (Attempts attempts = attempts(() -> false)) {
            return attempts.run((connection, attempt) -> asking.of(connection.exchanges(0, attempt, calls)));
        } catch (SourceException e) {
            throw new IllegalStateException("no disk is read", e);
        }
    }

    /**
     * Attempts at one thing, of which the later ones know of the earlier.
     *
     * @param givenUp whether nobody wants to know any more why one has failed
     */
    Attempts attempts(BooleanSupplier givenUp) {
        return new Attempts(givenUp);
    }

    /** What an attempt came to. */
    record Succeeded<T>(T value, Works verdict, CaseFile caseFile) {}

    /** Attempts at one thing, one after the other. */
    final class Attempts implements AutoCloseable {
        private final BooleanSupplier givenUp;
        private @Nullable ReplicaConnection connection;
        private @Nullable AttemptLog log;

        private Attempts(BooleanSupplier givenUp) {
            this.givenUp = givenUp;
        }

        <T> Succeeded<T> run(Work<T> work) throws ReplicationFailed, SourceException {
            ReplicaConnection current = connections.take();
            AttemptLog attempt = begin(current);
            try {
                T value = work.on(current, attempt);
                CaseFile file = attempt.caseFile(Outcome.SUCCEEDED);
                return new Succeeded<>(value, (Works) diagnostician.diagnose(file), file);
            } catch (SourceException e) {
                throw e;
            } catch (IOException e) {
                if (!givenUp.getAsBoolean()) {
                    control(current, attempt);
                }
                CaseFile file = attempt.caseFile(Outcome.FAILED);
                Verdict verdict = diagnostician.diagnose(file);
                throw new ReplicationFailed(verdict, file, e);
            } finally {
                current.finished(attempt);
                keep(current, attempt);
            }
        }

        private AttemptLog begin(ReplicaConnection current) {
            AttemptLog before = log;
            // With other credentials, what the replica said to the earlier ones tells nothing.
            return before != null && current == connection
                    ? before.again(settings.clock().instant())
                    : new AttemptLog(
                            AttemptId.random(),
                            SetupFacts.of(settings, current.credentials()),
                            settings.clock().instant());
        }

        private void keep(ReplicaConnection current, AttemptLog attempt) {
            close();
            connection = current;
            log = attempt;
        }

        @Override
        public void close() {
            if (connection != null) {
                connections.giveBack(connection);
                connection = null;
            }
        }
    }

    /** Without a proxy it would go the same way again, past nothing. */
    private void control(ReplicaConnection connection, AttemptLog attempt) {
        if (settings.directControl() && !(settings.proxy() instanceof Direct) && !connection.isClosed()) {
            attempt.present(Witness.CONTROL);
            control.compare(attempt);
        }
    }

    /** One attempt. */
    interface Work<T> {
        T on(ReplicaConnection connection, AttemptLog attempt) throws IOException;
    }

    private interface Asking<T> {
        T of(Exchanges exchanges) throws IOException;
    }

    private record Reporting(Progress progress) implements ReplicationListener {
        @Override
        public void progress(CycleProgress cycle) {
            progress.sent(Math.min(cycle.done(), cycle.changed()), cycle.changed());
        }
    }
}
