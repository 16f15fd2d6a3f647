package throughline.replica.view;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import throughline.identity.Trust;
import throughline.identity.revocation.RevocationCheck;
import throughline.identity.revocation.RevocationPolicy;
import throughline.identity.revocation.RevocationStatus;
import throughline.identity.revocation.RevocationStatus.State;
import throughline.protocol.ConnectionView.CertificateRefusal;

/**
 * Which client chains a replica accepts: those that the platform's path validation accepts, and of these those that the
 * policy on revocation accepts.
 */
public record ClientChains(Trust trust, RevocationPolicy revocation, RevocationCheck check) {

    /** Of a handshake under way; blocks while revocation is asked about. */
    Optional<Refused> refusal(X509Certificate[] chain, String authType, SSLEngine engine) {
        return refusal(chain, platform -> platform.checkClientTrusted(chain, authType, engine));
    }

    /** Of a session that is established already. */
    Optional<Refused> refusal(X509Certificate[] chain) {
        // On the kind of key exchange only a server's certificate depends.
        String authType = chain[0].getPublicKey().getAlgorithm();
        return refusal(chain, platform -> platform.checkClientTrusted(chain, authType));
    }

    private Optional<Refused> refusal(X509Certificate[] chain, PathValidation validation) {
        try {
            validation.by(trust.trustManager());
        } catch (CertificateException refused) {
            // The platform judged by the system's clock, so the reason is looked for by the same.
            return Optional.of(new Refused(ChainRefusal.of(List.of(chain), trust.anchors(), Instant.now()), refused));
        }
        return revocation == RevocationPolicy.OFF
                ? Optional.empty()
                : revocation
                        .refused(check.check(List.of(chain), trust, List.of()))
                        .map(ClientChains::refused);
    }

    private static Refused refused(RevocationStatus status) {
        return new Refused(
                status.state() == State.REVOKED ? CertificateRefusal.REVOKED : CertificateRefusal.REVOCATION_UNKNOWN,
                new CertificateException(status.text()));
    }

    /**
     * @param thrown what JSSE is given to end the handshake with
     */
    record Refused(CertificateRefusal reason, CertificateException thrown) {}

    private interface PathValidation {
        void by(X509ExtendedTrustManager platform) throws CertificateException;
    }
}
