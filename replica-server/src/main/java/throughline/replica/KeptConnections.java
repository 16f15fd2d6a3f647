package throughline.replica;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import throughline.replica.PresentedCredentials.InForce;

/**
 * Knows which credentials each connection was made with, and lets go those of earlier ones: the idle at once, a busy one
 * after the answer under way. One whose handshake is not over, or which has not brought a request yet, is left to bring
 * its first. Looks at the source of the credentials with each new connection and each request, and so needs no thread.
 */
final class KeptConnections {
    private final PresentedCredentials credentials;
    private final Map<SSLEngine, Kept> connections = Collections.synchronizedMap(new WeakHashMap<>());
    private @Nullable Connector connector;
    private InForce latest;

    /** Guarded by itself. */
    private static final class Kept {
        private final InForce madeWith;
        private int underWay;
        private boolean used;

        private Kept(InForce madeWith) {
            this.madeWith = madeWith;
        }

        private synchronized void begin() {
            underWay++;
            used = true;
        }

        private synchronized void end() {
            underWay--;
        }

        private synchronized boolean idle() {
            return used && underWay == 0;
        }
    }

    KeptConnections(PresentedCredentials credentials) {
        this.credentials = credentials;
        this.latest = credentials.now();
    }

    /** Where the connections are found; told once, before the first arrives. */
    synchronized void of(Connector accepting) {
        connector = accepting;
    }

    InForce now() {
        return credentials.now();
    }

    SSLEngine newEngine() {
        InForce madeWith = look();
        SSLEngine engine = madeWith.tls().createSSLEngine();
        connections.put(engine, new Kept(madeWith));
        return engine;
    }

    /** A request has arrived. It counts before anything is looked at: a change that it finds must not end its connection. */
    void begin(Request request) {
        SslConnection tls = tls(request.getConnectionMetaData().getConnection().getEndPoint());
        Kept connection = kept(tls);
        connection.begin();
        Request.addCompletionListener(request, failure -> {
            connection.end();
            if (outdated(connection)) {
                letGo(tls, connection);
            }
        });
        look();
    }

    /** Whether the connection of a request is of earlier credentials, and so ends after its answer. */
    boolean outdated(Request request) {
        return outdated(kept(tls(request.getConnectionMetaData().getConnection().getEndPoint())));
    }

    /** Asks the source of the credentials, and lets go what is of earlier ones. */
    InForce look() {
        InForce now = credentials.look();
        if (isNews(now)) {
            letGoOutdated();
        }
        return now;
    }

    private synchronized boolean isNews(InForce now) {
        boolean news = !now.equals(latest);
        latest = now;
        return news;
    }

    private void letGoOutdated() {
        for (EndPoint endPoint : acceptedFrom().getConnectedEndPoints()) {
            if (endPoint.getConnection() instanceof SslConnection tls) {
                Kept connection = kept(tls);
                if (outdated(connection) && connection.idle()) {
                    letGo(tls, connection);
                }
            }
        }
    }

    private synchronized Connector acceptedFrom() {
        return Objects.requireNonNull(connector);
    }

    /** HTTP/2 is told the last stream that is served, and ended after that one (RFC 9113 section 6.8). */
    private static void letGo(SslConnection tls, Kept connection) {
        EndPoint endPoint = tls.getSslEndPoint();
        Connection http = endPoint.getConnection();
        if (http instanceof HTTP2Connection multiplexed) {
            multiplexed.getSession().close(ErrorCode.NO_ERROR.code, "credentials have changed", Callback.from(() -> {
                if (connection.idle()) {
                    endPoint.shutdownOutput();
                }
            }));
        } else if (connection.idle()) {
            endPoint.close();
        }
    }

    private boolean outdated(Kept connection) {
        return !connection.madeWith.equals(credentials.now());
    }

    private Kept kept(SslConnection tls) {
        return Objects.requireNonNull(connections.get(tls.getSSLEngine()), "an engine that was not made here");
    }

    private static SslConnection tls(EndPoint endPoint) {
        if (endPoint instanceof SslConnection.SslEndPoint tls) {
            return tls.getSslConnection();
        }
        throw new IllegalStateException("a request on a connection without TLS: " + endPoint);
    }
}
