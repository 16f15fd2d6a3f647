package throughline.identity.revocation;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about the revocation of one certificate.
 *
 * @param source where the state comes from; of {@link State#UNKNOWN} the last that was tried
 * @param address where the source was asked; empty for what was stapled, and where there was nothing to ask
 * @param revokedAt as the source says, in whole seconds; only of {@link State#REVOKED}
 * @param text one sentence for people: what was asked and what came back. It does not name the certificate
 */
public record RevocationStatus(
        X509Certificate certificate,
        State state,
        Source source,
        Optional<URI> address,
        Optional<Instant> revokedAt,
        String text) {

    public enum State {
        /** A signed answer that is in force says that the certificate is not revoked. */
        GOOD,
        /** A signed answer that is in force says so. A certificate on hold is revoked as well (RFC 5280, 5.3.1). */
        REVOKED,
        /** No answer that could be believed. */
        UNKNOWN
    }

    public enum Source {
        /** The certificate names no place that can be asked. */
        NONE,
        /** An OCSP answer that the certificate's owner sent along in the handshake (RFC 6066, 8; RFC 8446, 4.4.2.1). */
        STAPLED,
        /** The responder that the certificate names (RFC 5280, 4.2.2.1). */
        OCSP,
        /** The list that the certificate names (RFC 5280, 4.2.1.13). */
        CRL
    }
}
