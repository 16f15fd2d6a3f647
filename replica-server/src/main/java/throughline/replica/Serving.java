package throughline.replica;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** A port and the exchanges on it, from one start to the next. */
final class Serving implements AutoCloseable {
    /** Enough for a write to be forced; what takes longer is interrupted. */
    private static final Duration LONGEST_WORK = Duration.ofSeconds(10);

    private final Exchanges exchanges = new Exchanges();
    private final HttpsPort port;

    private Serving(
            ReplicaSettings settings,
            InetSocketAddress listen,
            PresentedCredentials credentials,
            ReplicaParts parts,
            Consumer<Duration> restart)
            throws IOException {
        port = HttpsPort.open(
                settings,
                listen,
                parts.log(),
                credentials,
                (kept, threads) -> new ReplicaHandler(parts, exchanges, kept, threads, restart));
    }

    static Serving open(
            ReplicaSettings settings,
            InetSocketAddress listen,
            PresentedCredentials credentials,
            ReplicaParts parts,
            Consumer<Duration> restart)
            throws IOException {
        return new Serving(settings, listen, credentials, parts, restart);
    }

    InetSocketAddress address() throws IOException {
        return port.address();
    }

    void lookAtCredentials() {
        port.lookAtCredentials();
    }

    /** Refuses what is new; returns whether all that is under way was answered within the time. */
    boolean drain(Duration longest) {
        exchanges.drain();
        return exchanges.awaitAnswered(longest);
    }

    /** Whatever is stored at this moment is stored to its end: an interrupt would close its file. */
    @Override
    public void close() {
        exchanges.abort();
        exchanges.awaitIdle(LONGEST_WORK);
        port.close();
    }
}
