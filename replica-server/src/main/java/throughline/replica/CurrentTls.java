package throughline.replica;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's settings for TLS, with an engine of the credentials in force for each new connection. Jetty's own reload is
 * not used: it does not say which connection is of which context.
 */
final class CurrentTls extends SslContextFactory.Server {
    private final KeptConnections kept;

    CurrentTls(KeptConnections kept) {
        this.kept = kept;
        setSslContext(kept.now().tls());
    }

    @Override
    public SSLEngine newSSLEngine() {
        SSLEngine engine = kept.newEngine();
        customize(engine);
        return engine;
    }

    /** A server's engine has no use for the peer's address. */
    @Override
    public SSLEngine newSSLEngine(@Nullable InetSocketAddress peer) {
        return newSSLEngine();
    }
}
