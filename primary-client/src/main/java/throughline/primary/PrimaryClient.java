package throughline.primary;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import throughline.primary.capture.AttemptLog;
import throughline.primary.diagnosis.Diagnostician;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CaseFile.Outcome;
import throughline.primary.evidence.Witness;
import throughline.protocol.AttemptId;
import throughline.protocol.DiskName;
import throughline.protocol.Receipt;

/**
 * Replicates to one replica. May be used from several threads; keeps connections open between attempts until closed.
 */
public final class PrimaryClient implements AutoCloseable {
    private final ClientSettings settings;
    private final ReplicaConnections connections;
    private final DirectControl control;
    private final Diagnostician diagnostician = new Diagnostician(Rules.all());

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
        try {
            return attempt((connection, attempt) -> {
                connection.announce(attempt);
                return null;
            });
        } catch (SourceException e) {
            throw new IllegalStateException("trying a path reads no source", e);
        }
    }

    /**
     * Replicates a disk image as it is now, whole.
     *
     * @throws ReplicationFailed when it did not get through, with the diagnosis
     * @throws IOException when the image itself cannot be read; nothing is then wrong with the path
     */
    public Replicated replicate(DiskName disk, Path image, Progress progress) throws ReplicationFailed, IOException {
        try (FileChannel source = FileChannel.open(image, StandardOpenOption.READ)) {
            DiskImage content = DiskImage.of(source);
            return attempt((connection, attempt) -> connection.send(attempt, disk, content, progress));
        } catch (SourceException e) {
            throw new IOException(image + " cannot be read: " + e.getMessage(), e);
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
        connections.close();
        control.close();
    }

    private Replicated attempt(Work work) throws ReplicationFailed, SourceException {
        ReplicaConnection connection = connections.take();
        AttemptLog attempt = new AttemptLog(
                AttemptId.random(),
                SetupFacts.of(settings, connection.credentials()),
                settings.clock().instant());
        try {
            Optional<Receipt> receipt = Optional.ofNullable(work.on(connection, attempt));
            CaseFile file = attempt.caseFile(Outcome.SUCCEEDED);
            return new Replicated(receipt, (Works) diagnostician.diagnose(file), file);
        } catch (SourceException e) {
            throw e;
        } catch (IOException e) {
            control(connection, attempt);
            CaseFile file = attempt.caseFile(Outcome.FAILED);
            Verdict verdict = diagnostician.diagnose(file);
            throw new ReplicationFailed(verdict, file, e);
        } finally {
            connection.finished(attempt);
            connections.giveBack(connection);
        }
    }

    /** Without a proxy it would go the same way again, past nothing. */
    private void control(ReplicaConnection connection, AttemptLog attempt) {
        if (settings.directControl() && settings.proxy() instanceof HttpConnect && !connection.isClosed()) {
            attempt.present(Witness.CONTROL);
            control.compare(attempt);
        }
    }

    private interface Work {
        @Nullable
        Receipt on(ReplicaConnection connection, AttemptLog attempt) throws IOException;
    }
}
