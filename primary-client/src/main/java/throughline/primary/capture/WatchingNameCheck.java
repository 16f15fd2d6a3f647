package throughline.primary.capture;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.TlsEvidence.NameChecked;

/** Notes whether the certificate names the host; the decision is OkHttp's own verifier's. */
public final class WatchingNameCheck implements HostnameVerifier {
    private final HostnameVerifier actual;
    private final Watch watch;

    public WatchingNameCheck(HostnameVerifier actual, Watch watch) {
        this.actual = actual;
        this.watch = watch;
    }

    @Override
    public boolean verify(String host, SSLSession session) {
        boolean matches = actual.verify(host, session);
        List<String> names = names(session);
        watch.handshakingHere()
                .ifPresent(connection ->
                        connection.note((number, after) -> new NameChecked(number, after, host, matches, names)));
        return matches;
    }

    private static List<String> names(SSLSession session) {
        try {
            Certificate leaf = session.getPeerCertificates()[0];
            return leaf instanceof X509Certificate certificate
                    ? CertificateFacts.of(certificate).names()
                    : List.of();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }
}
