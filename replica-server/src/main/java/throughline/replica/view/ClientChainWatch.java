package throughline.replica.view;

import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import throughline.replica.view.ClientChains.Refused;
import throughline.replica.view.WatchedConnection.Judgement;

/**
 * Notes with the connection what is decided on a client's chain. An
 * {@link X509ExtendedTrustManager}, because JSSE wraps any other kind and then checks differently.
 */
final class ClientChainWatch extends X509ExtendedTrustManager {
    private final ClientChains chains;
    private final HandshakeLog log;

    ClientChainWatch(ClientChains chains, HandshakeLog log) {
        this.chains = chains;
        this.log = log;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        Optional<Refused> refusal = chains.refusal(chain, authType, engine);
        log.of(engine).ifPresent(connection -> note(connection, chain, refusal));
        if (refusal.isPresent()) {
            throw refusal.get().thrown();
        }
    }

    /**
     * Judges the chain of a session that was resumed: JSSE asks no trust manager then, and what was accepted once may have
     * expired or been revoked since, or its authority may no longer be trusted. The handshake is over, so a refusal is
     * only noted.
     */
    void judgeAgain(SSLSession resumed, WatchedConnection connection) {
        judgeAgain(clientChain(resumed), connection);
    }

    /** If the last judgement was made long ago, or with another trust than this. */
    void judgeAgain(WatchedConnection connection) {
        connection
                .judgement()
                .filter(before -> !before.holds(chains))
                .ifPresent(before -> judgeAgain(before.chain().toArray(new X509Certificate[0]), connection));
    }

    private void judgeAgain(X509Certificate[] chain, WatchedConnection connection) {
        note(connection, chain, chains.refusal(chain));
    }

    private void note(WatchedConnection connection, X509Certificate[] chain, Optional<Refused> refusal) {
        connection.judged(new Judgement(List.of(chain), chains, System.nanoTime(), refusal.map(Refused::reason)));
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
        return chains.trust().trustManager().getAcceptedIssuers();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        chains.trust().trustManager().checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        chains.trust().trustManager().checkClientTrusted(chain, authType, socket);
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
