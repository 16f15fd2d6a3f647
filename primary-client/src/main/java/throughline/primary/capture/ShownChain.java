package throughline.primary.capture;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import throughline.primary.evidence.CertificateFacts;

/** Keeps the chain that a server shows in one handshake on a socket, before it is judged. For one handshake. */
public abstract class ShownChain extends X509ExtendedTrustManager {
    private static final int MOST_CERTIFICATES = 10;

    private volatile List<CertificateFacts> shown = List.of();

    /** As it was sent, the leaf first, at most ten; empty where the handshake did not come so far. */
    public final List<CertificateFacts> shown() {
        return shown;
    }

    /**
     * Whether to go on with who showed this chain.
     *
     * @throws CertificateException to end the handshake
     */
    protected abstract void judge(X509Certificate[] chain, String authType, Socket socket) throws CertificateException;

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        shown = Arrays.stream(chain)
                .limit(MOST_CERTIFICATES)
                .map(CertificateFacts::of)
                .toList();
        judge(chain, authType, socket);
    }

    // JSSE asks a client on sockets for none of these.

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw new UnsupportedOperationException("a socket is judged, not an engine");
    }

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("a socket is judged");
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw new UnsupportedOperationException("no server");
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw new UnsupportedOperationException("no server");
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("no server");
    }
}
