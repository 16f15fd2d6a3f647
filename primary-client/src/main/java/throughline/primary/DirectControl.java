package throughline.primary;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import throughline.identity.TlsContexts;
import throughline.primary.capture.AttemptLog;
import throughline.primary.capture.Failures;
import throughline.primary.capture.ShownChain;
import throughline.primary.capture.Watch;
import throughline.primary.capture.WatchingKeyManager;
import throughline.primary.dial.Dialer;
import throughline.primary.dial.NameUnresolvedException;
import throughline.primary.dial.ProxySettings;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.ReplicaEvidence.ControlFailed;
import throughline.primary.evidence.ReplicaEvidence.ControlShown;

/**
 * One TLS handshake straight to the replica's address, past every configured proxy, to see whose certificate is shown
 * there. Sends no certificate of ours and no request.
 */
final class DirectControl implements AutoCloseable {
    private final ClientSettings settings;
    private final Dialer dialer;

    DirectControl(ClientSettings settings) {
        this.settings = settings;
        this.dialer = new Dialer(ProxySettings.direct(), settings.resolver(), settings.limits(), new Watch());
    }

    void compare(AttemptLog attempt) {
        String address = settings.host() + ":" + settings.port();
        try {
            List<CertificateFacts> chain = shownChain();
            attempt.note((number, after) -> new ControlShown(number, after, address, chain));
        } catch (NameUnresolvedException e) {
            failed(attempt, address, e.failure());
        } catch (IOException e) {
            failed(attempt, address, Failures.of(e));
        }
    }

    @Override
    public void close() {
        dialer.close();
    }

    private static void failed(AttemptLog attempt, String address, Failure failure) {
        attempt.note((number, after) -> new ControlFailed(number, after, address, failure));
    }

    private List<CertificateFacts> shownChain() throws IOException {
        Looking looking = new Looking();
        InetAddress address = dialer.lookup(settings.host()).get(0);
        try (Socket socket = dialer.createSocket()) {
            socket.connect(new InetSocketAddress(address, settings.port()));
            handshake(socket, looking);
        }
        if (looking.shown().isEmpty()) {
            throw new IOException("no certificate was shown");
        }
        return looking.shown();
    }

    /** A replica that demands a client certificate ends the handshake; by then it has shown its own. */
    private void handshake(Socket socket, Looking looking) throws IOException {
        SSLContext context = TlsContexts.context(new WatchingKeyManager(Optional.empty(), new Watch()), looking);
        try (SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(socket, settings.host(), settings.port(), true)) {
            tls.startHandshake();
        } catch (IOException e) {
            if (looking.shown().isEmpty()) {
                throw e;
            }
        }
    }

    /** Accepts whatever is shown, because nothing is sent: it only looks. */
    private static final class Looking extends ShownChain {
        @Override
        protected void judge(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
