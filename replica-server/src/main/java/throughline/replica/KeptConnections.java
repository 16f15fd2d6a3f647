package throughline.replica;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.WeakHashMap;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import throughline.replica.PresentedCredentials.InForce;

/**
 * Knows which credentials each connection was made with, and lets go those of earlier ones: an idle one when it has been
 * idle for a moment, a busy one after its answer. Nothing is cut off that a client may have begun to send: HTTP/1.1 ends
 * with the next answer, HTTP/2 is first told to open no more streams, and refuses them only later. A connection whose
 * handshake is not over, or which has not brought a request yet, is left to bring its first. Looks at the source of the
 * credentials with each new connection and each request, and so needs no thread.
 */
final class KeptConnections {
    /** Many round trips: what was sent before its sender could know arrives within. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final PresentedCredentials credentials;
    private final Map<SSLEngine, Kept> connections = Collections.synchronizedMap(new WeakHashMap<>());
    private @Nullable Connector connector;
    private InForce latest;

    /** Guarded by itself. */
    private static final class Kept {
        private final InForce madeWith;
        private int underWay;
        private boolean used;
        private OptionalLong toldAt = OptionalLong.empty();
        private OptionalLong outdatedSince = OptionalLong.empty();

        private Kept(InForce madeWith) {
            this.madeWith = madeWith;
        }

        /**
         * Whether it never was without a request since it is of earlier credentials. Until then GOAWAY waits: there are
         * clients, the JDK's of version 17 among them, that give up on any GOAWAY what they are waiting for.
         */
        private boolean isOverdue() {
            long now = System.nanoTime();
            if (outdatedSince.isEmpty()) {
                outdatedSince = OptionalLong.of(now);
            }
            return now - outdatedSince.getAsLong() > GRACE.toNanos();
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
        synchronized (connection) {
            connection.underWay++;
            connection.used = true;
            if (outdated(connection)) {
                tls.getEndPoint().setIdleTimeout(connector().getIdleTimeout());
            }
        }
        Request.addCompletionListener(request, failure -> end(tls, connection));
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
        for (EndPoint endPoint : connector().getConnectedEndPoints()) {
            if (endPoint.getConnection() instanceof SslConnection tls) {
                Kept connection = kept(tls);
                synchronized (connection) {
                    if (outdated(connection) && connection.used && connection.underWay == 0) {
                        letGo(tls, connection);
                    }
                }
            }
        }
    }

    private void end(SslConnection tls, Kept connection) {
        synchronized (connection) {
            connection.underWay--;
            if (outdated(connection) && (connection.underWay == 0 || connection.isOverdue())) {
                letGo(tls, connection);
            }
        }
    }

    private static void letGo(SslConnection tls, Kept connection) {
        if (tls.getSslEndPoint().getConnection() instanceof HTTP2Connection multiplexed) {
            letGo(multiplexed.getSession(), connection);
        }
        if (connection.underWay == 0) {
            tls.getEndPoint().setIdleTimeout(GRACE.toMillis());
        }
    }

    /** In two steps, as RFC 9113 section 6.8 has it: the first GOAWAY refuses nothing, the second what came after. */
    private static void letGo(HTTP2Session session, Kept connection) {
        long now = System.nanoTime();
        if (connection.toldAt.isEmpty()) {
            connection.toldAt = OptionalLong.of(now);
            session.frames(null, List.of(GoAwayFrame.GRACEFUL), Callback.NOOP);
        } else if (now - connection.toldAt.getAsLong() > GRACE.toNanos()) {
            session.close(ErrorCode.NO_ERROR.code, "credentials have changed", Callback.NOOP);
        }
    }

    private boolean outdated(Kept connection) {
        return !connection.madeWith.equals(credentials.now());
    }

    private synchronized Connector connector() {
        return Objects.requireNonNull(connector);
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
