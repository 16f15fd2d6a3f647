package throughline.replica.view;

import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty's TLS, with connections that are watched. */
final class HelloWatchFactory extends SslConnectionFactory {
    private final HandshakeLog log;

    HelloWatchFactory(SslContextFactory.Server tls, String nextProtocol, HandshakeLog log) {
        super(tls, nextProtocol);
        this.log = log;
    }

    @Override
    protected SslConnection newSslConnection(Connector connector, EndPoint endPoint, SSLEngine engine) {
        return new HelloWatch(this, connector, endPoint, engine, log);
    }
}
