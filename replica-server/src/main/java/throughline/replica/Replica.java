package throughline.replica;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import throughline.protocol.ConnectionView;
import throughline.replica.store.ReplicaStore;
import throughline.replica.view.HandshakeLog;
import throughline.replica.view.ViewSigner;

/**
 * A replica that requires client certificates in the TLS handshake, serves version 1 of the protocol in
 * {@code docs/wire.md} to the primaries of its {@link Admission}, and keeps machines as {@link ReplicaStore} says. It
 * remembers what it saw of its last {@value HandshakeLog#LIMIT} connections, also of those that got nowhere. Whoever starts
 * it closes it.
 */
public final class Replica implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private final ReplicaSettings settings;
    private final HandshakeLog log;
    private final PresentedCredentials credentials;
    private final Machines machines;
    private final ReplicaParts parts;
    private final InetSocketAddress address;
    private final Object life = new Object();
    private volatile String bootId = UUID.randomUUID().toString();
    private volatile Serving serving;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Optional<Thread> restarting = Optional.empty();

    private Replica(ReplicaSettings settings) throws IOException {
        this.settings = settings;
        log = new HandshakeLog(settings.clock());
        credentials = PresentedCredentials.of(settings, log);
        requireFree(settings.listen());
        machines = Machines.open(settings.admission(), settings.stores());
        try {
            ViewSigner signer = new ViewSigner(credentials::presented, () -> bootId, log, settings.clock());
            parts = new ReplicaParts(
                    log,
                    new Operations(signer, machines),
                    settings.admission(),
                    new Transfers(settings.admission().limits()),
                    settings.script(),
                    new ExchangeLog());
            serving = Serving.open(settings, settings.listen(), credentials, parts, this::restartSoon);
            address = serving.address();
        } catch (IOException | RuntimeException e) {
            machines.close();
            throw e;
        }
    }

    /**
     * Opens the storage folders, binds and serves.
     *
     * @throws IllegalArgumentException if the source of the credentials has no usable ones, or none with an identity
     * @throws IOException if a folder cannot be opened or the address cannot be bound; the message names it
     */
    public static Replica start(ReplicaSettings settings) throws IOException {
        return new Replica(settings);
    }

    /** Looked at before a folder is made that a start in vain would leave behind. */
    private static void requireFree(InetSocketAddress listen) throws IOException {
        if (listen.getPort() == 0 || listen.isUnresolved()) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(listen);
        } catch (IOException e) {
            throw new IOException("Failed to bind to " + listen, e);
        }
    }

    /** Where it listens, with the port that was taken; the same after {@link #close}. */
    public InetSocketAddress address() {
        return address;
    }

    public int port() {
        return address.getPort();
    }

    /** Random per start. */
    public String bootId() {
        return bootId;
    }

    /** Every connection accepted since then is among {@link #connections}. */
    public Instant coveredSince() {
        return log.coveredSince();
    }

    /**
     * SHA-256, lower-case hex, of its own leaf certificate, of those it had until an hour ago, and of those it was told of.
     */
    public List<String> servedCertificates() {
        return credentials.presented().servedCertificates();
    }

    /**
     * Asks the source of the credentials, as every connection and every request does: for when neither may come for a
     * while, but a change is to be seen, and the connections that are idle are to be let go.
     */
    public void lookAtCredentials() {
        serving.lookAtCredentials();
    }

    /** The last {@value HandshakeLog#LIMIT} connections in order of acceptance, as they are now; readable after {@link #close}. */
    public List<ConnectionView> connections() {
        return log.connections();
    }

    /** What it is to do with exchanges to come, other than it should. */
    public ReplicaScript script() {
        return settings.script();
    }

    /**
     * Takes the next exchange that ended from the list of them, in the order in which they ended. Of those that nobody
     * takes the last {@value ExchangeLog#LIMIT} are kept.
     *
     * @param longest how long to wait for one
     * @return absent when none ended in time, and when the thread was interrupted
     */
    public Optional<ReceivedExchange> takeExchange(Duration longest) {
        return parts.received().take(longest);
    }

    /**
     * What is kept in a folder that the admission names. It is closed with the replica. A machine that is declared here, and
     * not by a primary, is known to primaries from the next start on.
     */
    public ReplicaStore store(Path folder) {
        return machines.of(folder.toAbsolutePath().normalize());
    }

    /**
     * Ends every connection, is gone from the port, and comes back to it as a new start with a new {@link #bootId}. What is
     * stored stays; slices that are arriving are lost.
     *
     * @throws IOException if the port was taken by another meanwhile
     */
    public void restart(Duration gone) throws IOException {
        synchronized (life) {
            if (isClosing(Duration.ZERO)) {
                return;
            }
            serving.close();
            if (!isClosing(gone)) {
                bootId = UUID.randomUUID().toString();
                serving = Serving.open(settings, address, credentials, parts, this::restartSoon);
            }
        }
    }

    /** The same as {@link #drain(Duration)}, for as long as the settings say. */
    public boolean drain() {
        return drain(settings.drain());
    }

    /**
     * Lets what is under way finish while everything new is refused with SHUTTING_DOWN, and is then to be closed.
     *
     * @param longest how long to wait
     * @return whether everything was answered
     */
    public boolean drain(Duration longest) {
        return serving.drain(longest);
    }

    /**
     * Ends every connection, frees the port and the storage folders, and returns when its threads have ended. A slice that
     * is arriving is discarded.
     */
    @Override
    public void close() {
        closing.countDown();
        synchronized (life) {
            serving.close();
            machines.close();
        }
        restarting.ifPresent(Replica::awaitEnd);
    }

    /** Waits for it that long. */
    private boolean isClosing(Duration longest) {
        try {
            return closing.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** From a thread of the port, which ends with it. */
    private void restartSoon(Duration gone) {
        Thread thread = new Thread(
                () -> {
                    try {
                        restart(gone);
                    } catch (IOException e) {
                        LOG.error("the replica did not come back", e);
                    }
                },
                "throughline-replica-restart");
        thread.setDaemon(true);
        restarting = Optional.of(thread);
        thread.start();
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
