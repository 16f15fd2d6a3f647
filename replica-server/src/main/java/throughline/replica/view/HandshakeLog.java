package throughline.replica.view;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import throughline.protocol.ConnectionView;

/** The last connections that a replica accepted, whatever became of them. Thread-safe. */
public final class HandshakeLog {
    /** How many connections are remembered; an older one makes room for a newer. */
    public static final int LIMIT = 1024;

    private final InstantSource clock;
    private final Deque<WatchedConnection> connections = new ArrayDeque<>();
    private final ConcurrentMap<SSLEngine, WatchedConnection> open = new ConcurrentHashMap<>();
    private volatile Optional<ClientChainWatch> judge = Optional.empty();
    private Instant coveredSince;
    private long accepted;

    /** Starts looking now. */
    public HandshakeLog(InstantSource clock) {
        this.clock = clock;
        this.coveredSince = clock.instant();
    }

    /** A connection factory for Jetty whose connections are written down here. */
    public SslConnectionFactory tls(SslContextFactory.Server tls, String nextProtocol) {
        return new HelloWatchFactory(tls, nextProtocol, this);
    }

    /**
     * Accepts the chains that these do, and writes down here which were refused and why. The last one made also judges the
     * sessions that are resumed from then on.
     */
    public X509ExtendedTrustManager watching(ClientChains chains) {
        ClientChainWatch watch = new ClientChainWatch(chains, this);
        judge = Optional.of(watch);
        return watch;
    }

    /** The connection that a request arrived on. */
    public WatchedConnection of(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        if (endPoint instanceof SslConnection.SslEndPoint tls && tls.getSslConnection() instanceof HelloWatch watch) {
            return watch.connection();
        }
        throw new IllegalStateException("a request on a connection that this log did not make: " + endPoint);
    }

    /** In order of acceptance. */
    public synchronized List<ConnectionView> connections() {
        return connections.stream().map(WatchedConnection::view).toList();
    }

    /** Every connection accepted since then is in the log; it moves on when the log is full. */
    public synchronized Instant coveredSince() {
        return coveredSince;
    }

    synchronized WatchedConnection accepted(SSLEngine engine, SocketAddress peer) {
        if (connections.size() == LIMIT) {
            connections.removeFirst();
            coveredSince = connections.getFirst().acceptedAt();
        }
        accepted++;
        WatchedConnection connection = new WatchedConnection(accepted, clock.instant(), text(peer));
        connections.addLast(connection);
        open.put(engine, connection);
        return connection;
    }

    /** To be called before a request is served: what is wrong with the client's chain by now is in the connection then. */
    public void judgeAgain(WatchedConnection connection) {
        judge.orElseThrow().judgeAgain(connection);
    }

    void judgeAgain(SSLSession resumed, WatchedConnection connection) {
        judge.orElseThrow().judgeAgain(resumed, connection);
    }

    Optional<WatchedConnection> of(SSLEngine engine) {
        return Optional.ofNullable(open.get(engine));
    }

    /** It stays in the log; what its engine held can go. */
    void closed(SSLEngine engine) {
        open.remove(engine);
    }

    private static String text(SocketAddress peer) {
        if (peer instanceof InetSocketAddress address && address.getAddress() != null) {
            String host = address.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        }
        return String.valueOf(peer);
    }
}
