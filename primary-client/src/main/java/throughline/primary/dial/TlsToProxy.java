package throughline.primary.dial;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import throughline.identity.TlsContexts;
import throughline.primary.capture.ConnectionLog;
import throughline.primary.capture.Failures;
import throughline.primary.dial.ProxySettings.HttpsConnect;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.ProxyTlsFailed;
import throughline.primary.evidence.PathEvidence.ProxyTlsFinished;

/**
 * A TLS session with a proxy, over whatever leads to it. When it breaks, now or later, that is noted as what it is: to the
 * TLS session inside, it looks like a lost connection and never like an alert of the replica.
 */
final class TlsToProxy extends DelegatingSocket {
    private final ConnectionLog log;
    private final BooleanSupplier givenUp;
    private final Duration limit;
    private final String proxy;
    private final ProxyChain watched;
    private final AtomicBoolean failureNoted = new AtomicBoolean();

    private TlsToProxy(HttpsConnect proxy, Socket below, Duration limit, ConnectionLog log, BooleanSupplier givenUp) {
        super(below);
        this.watched = new ProxyChain(proxy.tls().trust());
        this.proxy = HostPort.text(proxy.host(), proxy.port());
        this.log = log;
        this.givenUp = givenUp;
        this.limit = limit;
    }

    /** Returns when the session stands. The limit covers all of the handshake. */
    static TlsToProxy over(Socket below, HttpsConnect proxy, Duration limit, ConnectionLog log, BooleanSupplier givenUp)
            throws IOException {
        TlsToProxy socket = new TlsToProxy(proxy, below, limit, log, givenUp);
        socket.handshake(proxy, below);
        return socket;
    }

    private void handshake(HttpsConnect settings, Socket below) throws IOException {
        long started = System.nanoTime();
        try {
            SSLContext context =
                    TlsContexts.context(watched.keyManager(settings.tls().identity()), watched.trustManager());
            SSLSocket tls =
                    (SSLSocket) context.getSocketFactory().createSocket(below, settings.host(), settings.port(), true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            below.setSoTimeout(DialledSocket.milliseconds(limit));
            tls.startHandshake();
            noteFinished(tls.getSession(), Duration.ofNanos(System.nanoTime() - started));
            layer(tls);
        } catch (IOException e) {
            noteFailed(e);
            throw new TunnelException(
                    "no TLS with the proxy " + proxy + ": " + Failures.of(e).text(), e);
        }
    }

    private void noteFinished(SSLSession session, Duration took) {
        String version = session.getProtocol();
        String cipherSuite = session.getCipherSuite();
        log.note((number, after) -> new ProxyTlsFinished(
                number, after, proxy, version, cipherSuite, watched.shown(), watched.asked(), watched.sent(), took));
    }

    private void noteFailed(IOException thrown) {
        if (failureNoted.compareAndSet(false, true)) {
            Failure failure =
                    Failures.within(limit, "TLS with the proxy", Failures.of(givenUp.getAsBoolean(), thrown), thrown);
            log.note((number, after) -> new ProxyTlsFailed(
                    number, after, proxy, watched.shown(), watched.asked(), watched.sent(), failure));
        }
    }

    /** What breaks in this layer is not to be taken for what breaks in the one above it. */
    private IOException told(SSLException thrown) {
        FailureKind kind = Failures.of(givenUp.getAsBoolean(), thrown).kind();
        if (kind == FailureKind.ALERT || kind == FailureKind.TLS || kind == FailureKind.OTHER) {
            noteFailed(thrown);
        }
        return new IOException("connection reset: the TLS session with the proxy " + proxy + " broke", noTls(thrown));
    }

    /** Without the exception's type, by which it would be taken for one of the session inside. */
    private static IOException noTls(SSLException thrown) {
        return new IOException(String.valueOf(thrown.getMessage()));
    }

    @Override
    void dial(InetSocketAddress target) {
        throw new UnsupportedOperationException("layered over a socket that is connected");
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Input(super.getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Output(super.getOutputStream());
    }

    private final class Input extends FilterInputStream {
        Input(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return in.read(bytes, offset, length);
            } catch (SSLException e) {
                throw told(e);
            }
        }
    }

    private final class Output extends FilterOutputStream {
        Output(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (SSLException e) {
                throw told(e);
            }
        }
    }
}
