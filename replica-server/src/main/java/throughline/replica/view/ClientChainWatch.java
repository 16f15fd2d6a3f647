package throughline.replica.view;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
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
        List<X509Certificate> arrived = List.of(chain);
        try {
            trust.trustManager().checkClientTrusted(chain, authType, engine);
            connection.ifPresent(watched -> watched.certificateAccepted(arrived));
        } catch (CertificateException refused) {
            // The platform judged by the system's clock, so the reason is looked for by the same.
            connection.ifPresent(watched ->
                    watched.certificateRefused(arrived, ChainRefusal.of(arrived, trust.anchors(), Instant.now())));
            throw refused;
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
