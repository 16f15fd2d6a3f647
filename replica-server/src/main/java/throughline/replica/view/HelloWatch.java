package throughline.replica.view;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.jspecify.annotations.Nullable;
import throughline.tls.ClearTextReader;

/**
 * Jetty's TLS connection, read along: bytes of both directions as long as they are in the clear, and what the engine
 * throws. Jetty's own report of a failed handshake is not used: it tells the engine's failures and the transport's
 * alike, and some not at all.
 */
final class HelloWatch extends SslConnection {
    private final HandshakeLog log;
    private final WatchedConnection connection;
    private final ClearTextReader inbound = new ClearTextReader();
    private final ClearTextReader outbound = new ClearTextReader();

    HelloWatch(
            SslConnectionFactory factory, Connector connector, EndPoint endPoint, SSLEngine engine, HandshakeLog log) {
        super(
                connector.getByteBufferPool(),
                connector.getExecutor(),
                factory.getSslContextFactory(),
                endPoint,
                engine,
                factory.isDirectBuffersForEncryption(),
                factory.isDirectBuffersForDecryption());
        this.log = log;
        this.connection = log.accepted(engine, endPoint.getRemoteSocketAddress());
        addHandshakeListener(new SslHandshakeListener() {
            @Override
            public void handshakeSucceeded(Event event) {
                SSLSession session = event.getSSLEngine().getSession();
                connection.handshakeSucceeded(session);
                // Jetty swallows what is thrown here; the chain then was not accepted, and nothing is served.
                if (connection.judgement().isEmpty()) {
                    log.judgeAgain(session, connection);
                }
            }
        });
    }

    WatchedConnection connection() {
        return connection;
    }

    /** Bytes that a connection before this one, such as PROXY protocol, has read too many. */
    @Override
    public void onUpgradeTo(@Nullable ByteBuffer left) {
        if (left != null) {
            inbound.feed(left).forEach(connection::received);
        }
        super.onUpgradeTo(left);
    }

    @Override
    protected int networkFill(ByteBuffer input) throws IOException {
        int filled = super.networkFill(input);
        if (filled > 0 && !inbound.done()) {
            ByteBuffer arrived = input.duplicate();
            arrived.position(arrived.limit() - filled);
            inbound.feed(arrived).forEach(connection::received);
        }
        return filled;
    }

    @Override
    protected boolean networkFlush(ByteBuffer output) throws IOException {
        ByteBuffer sent = output.duplicate();
        boolean flushed = super.networkFlush(output);
        if (!outbound.done()) {
            sent.limit(sent.limit() - output.remaining());
            outbound.feed(sent).forEach(connection::sent);
        }
        return flushed;
    }

    @Override
    protected SSLEngineResult unwrap(SSLEngine engine, ByteBuffer input, ByteBuffer output) throws SSLException {
        try {
            return super.unwrap(engine, input, output);
        } catch (SSLException | RuntimeException e) {
            failed(engine, e);
            throw e;
        }
    }

    @Override
    protected SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] input, ByteBuffer output) throws SSLException {
        try {
            return super.wrap(engine, input, output);
        } catch (SSLException | RuntimeException e) {
            failed(engine, e);
            throw e;
        }
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        log.closed(getSSLEngine());
        super.onClose(cause);
    }

    private void failed(SSLEngine engine, Exception thrown) {
        connection.handshakeFailed(new FailedHandshake(thrown, !engine.isOutboundDone()));
    }
}
