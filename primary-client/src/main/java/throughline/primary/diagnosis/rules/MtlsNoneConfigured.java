package throughline.primary.diagnosis.rules;

import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.primary.evidence.Witness;

/** The replica asks for a client certificate and the primary has none. */
final class MtlsNoneConfigured extends Rule {
    MtlsNoneConfigured() {
        super(
                "mtls.none-configured",
                "the replica demands a client certificate and none is configured",
                Phase.CLIENT_CERTIFICATE,
                Set.of(Witness.KEY_MANAGER),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return ClientCertificateEnding.of(connection)
                .filter(ending -> ending.request().answer() == CertificateAnswer.NONE_CONFIGURED)
                .flatMap(ending -> finding(
                        ending.confidence(),
                        connection.setup().replica()
                                + " demands a client certificate, and this primary has none configured. "
                                + ending.words(),
                        "Configure a client certificate with its key (--cert FILE [--key FILE])"
                                + (ending.request().issuers().isEmpty()
                                        ? ", issued by an authority that the replica trusts."
                                        : ", issued by "
                                                + String.join(
                                                        " or ", ending.request().issuers()) + "."),
                        ending.because()));
    }
}
