package throughline.primary.diagnosis.rules;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;
import throughline.primary.evidence.Witness;

/** It works, and will not for much longer: a certificate on the replica's validated path ends within a day. */
final class TlsExpiresSoon extends Rule {
    TlsExpiresSoon() {
        super(
                "tls.expires-soon",
                "the replica's certificate expires within a day",
                Phase.SERVER_CERTIFICATE,
                Set.of(Witness.CALL_EVENTS),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return connection.succeeded()
                ? connection.last(HandshakeFinished.class).flatMap(finished -> claim(connection, finished))
                : Optional.empty();
    }

    /** The path ends with the anchor, which is left out: its dates are not checked (RFC 5280 section 6.1.1 (d)). */
    private Optional<Finding> claim(ConnectionCase connection, HandshakeFinished finished) {
        Instant now = connection.startedAt();
        return finished.chain().stream()
                .limit(finished.chain().size() - 1L)
                .filter(certificate -> Validity.endsSoon(certificate, now))
                .findFirst()
                .flatMap(certificate -> finding(
                        Confidence.CERTAIN,
                        "The certificate " + certificate.subject() + " that was shown for "
                                + connection.setup().host() + " expires on " + certificate.notAfter()
                                + ". Connections fail from then on.",
                        "Renew the certificate " + certificate.subject() + " on "
                                + connection.setup().host() + " before then.",
                        List.of(finished)));
    }
}
