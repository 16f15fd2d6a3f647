package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateRequested;
import throughline.primary.evidence.Witness;

/** It works, and will not for much longer: the client certificate that was sent ends within a day. */
final class MtlsExpiresSoon extends Rule {
    MtlsExpiresSoon() {
        super(
                "mtls.expires-soon",
                "the client certificate expires within a day",
                Phase.CLIENT_CERTIFICATE,
                Set.of(Witness.KEY_MANAGER),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return connection.succeeded()
                ? connection.certificateRequest().flatMap(request -> claim(connection, request))
                : Optional.empty();
    }

    private Optional<Finding> claim(ConnectionCase connection, CertificateRequested request) {
        return request.sent()
                .filter(certificate -> Validity.endsSoon(certificate, connection.startedAt()))
                .flatMap(certificate -> finding(
                        Confidence.CERTAIN,
                        "The client certificate " + certificate.subject() + " expires on " + certificate.notAfter()
                                + ". " + connection.setup().replica() + " will reject it from then on.",
                        "Renew this primary's certificate " + certificate.subject() + " before then.",
                        List.of(request)));
    }
}
