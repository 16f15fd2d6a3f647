package throughline.primary.capture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Layers TLS over a dialled socket and notes which SSLSocket belongs to which connection. */
public final class WatchingTls extends SSLSocketFactory {
    private final SSLSocketFactory actual;
    private final Watch watch;

    public WatchingTls(SSLSocketFactory actual, Watch watch) {
        this.actual = actual;
        this.watch = watch;
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        Socket layered = actual.createSocket(socket, host, port, autoClose);
        if (layered instanceof SSLSocket tls && socket instanceof Watched watched) {
            watch.startTls(tls, watched.connectionLog());
        }
        return layered;
    }

    /** A socket that knows its connection. */
    public interface Watched {
        ConnectionLog connectionLog();
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return actual.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return actual.getSupportedCipherSuites();
    }

    // OkHttp layers TLS over a connected socket and never uses the others.

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("only layering over a dialled socket");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("only layering over a dialled socket");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("only layering over a dialled socket");
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException("only layering over a dialled socket");
    }
}
