package throughline.primary.capture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Layers TLS over a dialled socket and notes which SSLSocket belongs to which connection. */
public final class WatchingTls extends SSLSocketFactory {
    private final SSLContext context;
    private final SSLSocketFactory actual;
    private final boolean resumes;
    private final Watch watch;

    /**
     * @param resumes whether sessions may be resumed. On a resumed one no trust manager is asked, so that what it would
     *     refuse by now gets through
     */
    public WatchingTls(SSLContext context, boolean resumes, Watch watch) {
        this.context = context;
        this.actual = context.getSocketFactory();
        this.resumes = resumes;
        this.watch = watch;
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        if (!resumes) {
            forgetSessions();
        }
        Socket layered = actual.createSocket(socket, host, port, autoClose);
        if (layered instanceof SSLSocket tls && socket instanceof Watched watched) {
            watch.startTls(tls, watched.connectionLog());
        }
        return layered;
    }

    /** JSSE has no switch for it at a client; an invalid session is not offered to the server. */
    private void forgetSessions() {
        SSLSessionContext sessions = context.getClientSessionContext();
        for (byte[] id : Collections.list(sessions.getIds())) {
            SSLSession session = sessions.getSession(id);
            if (session != null) {
                session.invalidate();
            }
        }
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
