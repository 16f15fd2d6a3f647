package throughline.replica;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BiFunction;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import throughline.replica.view.HandshakeLog;

/** Jetty as small as it gets, so that a test may open and close hundreds: no acceptors, one selector, threads on demand. */
final class HttpsPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpsPort.class);

    /** For connections, and for requests as long as they wait for nothing. */
    private static final int MOST_THREADS = 32;

    private static final int MOST_STREAMS = 32;

    /** What one sender may have on its way: 40 MB/s at a round trip of 50 ms. */
    private static final int STREAM_WINDOW = 2 << 20;

    /** Holds memory and no threads, and is the costly part of a start. */
    private static final ByteBufferPool BUFFERS = new ArrayByteBufferPool();

    private final ReplicaThreads threads = new ReplicaThreads("throughline-replica");
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads);
    private final PortThreads work = new PortThreads(threads);
    private final Server server;
    private final ServerConnector connector;
    private final KeptConnections kept;

    private HttpsPort(
            ReplicaSettings settings,
            InetSocketAddress listen,
            HandshakeLog log,
            PresentedCredentials credentials,
            BiFunction<KeptConnections, WorkThreads, Handler> handler) {
        timer.setRemoveOnCancelPolicy(true);
        QueuedThreadPool pool = new QueuedThreadPool(
                MOST_THREADS, 1, PortThreads.IDLE_MILLISECONDS, 0, new LinkedBlockingQueue<>(), null, threads);
        pool.setStopTimeout(0);
        server = new Server(pool, new ScheduledExecutorScheduler(timer), BUFFERS);
        server.setStopTimeout(0);
        server.setErrorHandler(new ProblemPages());
        kept = new KeptConnections(credentials);
        server.setHandler(handler.apply(kept, work));
        connector = new ServerConnector(server, null, null, null, 0, 1, connections(settings, log, kept));
        kept.of(connector);
        connector.setHost(listen.getHostString());
        connector.setPort(listen.getPort());
        connector.setIdleTimeout(settings.silence().toMillis());
        server.addConnector(connector);
    }

    /** Binds and serves. */
    static HttpsPort open(
            ReplicaSettings settings,
            InetSocketAddress listen,
            HandshakeLog log,
            PresentedCredentials credentials,
            BiFunction<KeptConnections, WorkThreads, Handler> handler)
            throws IOException {
        HttpsPort port = new HttpsPort(settings, listen, log, credentials, handler);
        try {
            port.server.start();
            return port;
        } catch (Exception e) {
            port.close();
            throw e instanceof IOException bind ? bind : new IOException("the replica could not start at " + listen, e);
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) ((ServerSocketChannel) connector.getTransport()).getLocalAddress();
    }

    void lookAtCredentials() {
        kept.look();
    }

    /** Ends connections and threads. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the replica's port did not close cleanly", e);
        } finally {
            timer.shutdownNow();
            work.end();
            threads.end();
        }
    }

    private static ConnectionFactory[] connections(ReplicaSettings settings, HandshakeLog log, KeptConnections kept) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        // The handshake proves who both are; by which of its names the client calls the replica does not matter.
        http.addCustomizer(new SecureRequestCustomizer(false));
        List<ConnectionFactory> factories = new ArrayList<>();
        ALPNServerConnectionFactory alpn = alpn(settings.applicationProtocols());
        factories.add(log.tls(tls(settings, kept), alpn.getProtocol()));
        factories.add(alpn);
        for (String protocol : settings.applicationProtocols()) {
            factories.add(protocol.equals("h2") ? multiplexed(http) : new HttpConnectionFactory(http));
        }
        return factories.toArray(ConnectionFactory[]::new);
    }

    /** A stream that nobody reads yet must not keep the others from theirs: all windows together fit the session's. */
    private static HTTP2ServerConnectionFactory multiplexed(HttpConfiguration http) {
        HTTP2ServerConnectionFactory multiplexed = new HTTP2ServerConnectionFactory(http);
        multiplexed.setMaxConcurrentStreams(MOST_STREAMS);
        multiplexed.setInitialStreamRecvWindow(STREAM_WINDOW);
        multiplexed.setInitialSessionRecvWindow(MOST_STREAMS * STREAM_WINDOW);
        return multiplexed;
    }

    private static ALPNServerConnectionFactory alpn(List<String> protocols) {
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory(protocols.toArray(String[]::new));
        // For clients without ALPN.
        alpn.setDefaultProtocol(protocols.contains("http/1.1") ? "http/1.1" : "h2");
        return alpn;
    }

    private static SslContextFactory.Server tls(ReplicaSettings settings, KeptConnections kept) {
        SslContextFactory.Server tls = new CurrentTls(kept);
        tls.setNeedClientAuth(true);
        tls.setIncludeProtocols(settings.tlsVersions().toArray(String[]::new));
        tls.setCipherComparator(HTTP2Cipher.COMPARATOR);
        return tls;
    }
}
