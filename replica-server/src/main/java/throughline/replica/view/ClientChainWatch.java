package throughline.replica.view;

import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import throughline.identity.Trust;

/**
 * Leaves the decision on a client's chain to the platform and notes it with the connection. An
 * {@link X509ExtendedTrustManager}, because JSSE wraps any other kind and then checks differently.
 */
final class ClientChainWatch extends X509ExtendedTrustManager {
    private final Trust trust;
    private final HandshakeLog log;

    ClientChainWatch(Trust trust, HandshakeLog log) {
        this.trust = trust;
        this.log = log;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        Optional<WatchedConnection> connection = log.of(engine);
        try {
            trust.trustManager().checkClientTrusted(chain, authType, engine);
            connection.ifPresent(watched -> watched.certificateAccepted(List.of(chain)));
        } catch (CertificateException refused) {
            connection.ifPresent(watched -> refuse(watched, chain));
            throw refused;
        }
    }

    /**
     * Judges the chain of a session that was resumed: JSSE asks no trust manager then, and what was accepted once may have
     * expired since, or its authority may no longer be trusted. The handshake is over, so a refusal is only noted.
     */
    void judgeAgain(SSLSession resumed, WatchedConnection connection) {
        X509Certificate[] chain = clientChain(resumed);
        try {
            // Of the kind of key exchange only a server's certificate depends.
            trust.trustManager()
                    .checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
            connection.certificateAccepted(List.of(chain));
        } catch (CertificateException refused) {
            refuse(connection, chain);
        }
    }

    /** The platform judged by the system's clock, so the reason is looked for by the same. */
    private void refuse(WatchedConnection connection, X509Certificate[] chain) {
        List<X509Certificate> arrived = List.of(chain);
        connection.certificateRefused(arrived, ChainRefusal.of(arrived, trust.anchors(), Instant.now()));
    }

    private static X509Certificate[] clientChain(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return Arrays.copyOf(chain, chain.length, X509Certificate[].class);
        } catch (SSLPeerUnverifiedException none) {
            throw new IllegalStateException("a handshake without the client certificate that is required", none);
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.trustManager().getAcceptedIssuers();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        trust.trustManager().checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        trust.trustManager().checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw notAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw notAClient();
    }

    private static CertificateException notAClient() {
        return new CertificateException("a replica connects to nobody");
    }
}
