package throughline.certs.revocation;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import throughline.identity.Trust;

/** What a client's trust manager can see while it decides: the chain, and what was stapled to it. */
final class StapleWatch extends X509ExtendedTrustManager {
    private final Trust trust;
    private final List<X509Certificate> chain = new ArrayList<>();
    private final List<byte[]> staples = new ArrayList<>();

    StapleWatch(Trust trust) {
        this.trust = trust;
    }

    List<X509Certificate> chain() {
        return chain;
    }

    List<byte[]> staples() {
        return staples;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType, Socket socket)
            throws CertificateException {
        trust.trustManager().checkServerTrusted(shown, authType, socket);
        chain.addAll(List.of(shown));
        SSLSession session = ((SSLSocket) socket).getHandshakeSession();
        staples.addAll(((ExtendedSSLSession) session).getStatusResponses());
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.trustManager().getAcceptedIssuers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType) throws CertificateException {
        throw unexpected();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType, SSLEngine engine)
            throws CertificateException {
        throw unexpected();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String authType) throws CertificateException {
        throw unexpected();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String authType, Socket socket)
            throws CertificateException {
        throw unexpected();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String authType, SSLEngine engine)
            throws CertificateException {
        throw unexpected();
    }

    private static CertificateException unexpected() {
        return new CertificateException("only a client's socket asks here");
    }
}
