package throughline.replica;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import throughline.protocol.ConnectionView;
import throughline.replica.store.DiskStore;
import throughline.replica.view.HandshakeLog;
import throughline.replica.view.ViewSigner;

/**
 * A replica that requires client certificates in the TLS handshake, serves version 1 of the protocol in
 * {@code docs/wire.md}, and keeps disks as {@link DiskStore} says. It remembers what it saw of its last
 * {@value HandshakeLog#LIMIT} connections, also of those that got nowhere. Whoever starts it closes it.
 */
public final class Replica implements AutoCloseable {
    private final String bootId = UUID.randomUUID().toString();
    private final HandshakeLog log;
    private final PresentedCredentials credentials;
    private final HttpsPort port;
    private final InetSocketAddress address;

    private Replica(ReplicaSettings settings) throws IOException {
        log = new HandshakeLog(settings.clock());
        credentials = PresentedCredentials.of(settings, log);
        ViewSigner signer = new ViewSigner(credentials::presented, bootId, log, settings.clock());
        DiskStore store = new DiskStore(settings.store(), settings.largestDisk());
        port = HttpsPort.open(settings, log, credentials, kept -> new ReplicaHandler(log, kept, signer, store));
        address = port.address();
    }

    /**
     * Binds and serves.
     *
     * @throws IllegalArgumentException if the source of the credentials has no usable ones, or none with an identity
     * @throws IOException if the address cannot be bound; the message names it
     */
    public static Replica start(ReplicaSettings settings) throws IOException {
        return new Replica(settings);
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
        port.lookAtCredentials();
    }

    /** The last {@value HandshakeLog#LIMIT} connections in order of acceptance, as they are now; readable after {@link #close}. */
    public List<ConnectionView> connections() {
        return log.connections();
    }

    /**
     * Ends every connection, frees the port, and returns when its threads have ended. A change set that is arriving is
     * discarded; one that is being applied to a disk is finished at the next start, see {@link DiskStore}.
     */
    @Override
    public void close() {
        port.close();
    }
}
