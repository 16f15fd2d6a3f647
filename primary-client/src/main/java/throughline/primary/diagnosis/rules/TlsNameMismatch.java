package throughline.primary.diagnosis.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.NameChecked;
import throughline.primary.evidence.Witness;

/** The certificate is trusted but does not name the host we asked for (RFC 9525 section 6). */
final class TlsNameMismatch extends Rule {
    TlsNameMismatch() {
        super(
                "tls.name-mismatch",
                "the replica's certificate is for another name",
                Phase.SERVER_CERTIFICATE,
                Set.of(Witness.NAME_CHECK),
                Set.of("tls.inspected"));
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return connection
                .last(NameChecked.class)
                .filter(checked -> !checked.matches())
                .flatMap(checked -> {
                    List<Evidence> because = new ArrayList<>(List.of(checked));
                    connection.chainEvidence().ifPresent(because::add);
                    String names = checked.names().isEmpty() ? "no name at all" : String.join(", ", checked.names());
                    return finding(
                            Confidence.CERTAIN,
                            "The certificate that was shown is trusted, but it names " + names + " and not "
                                    + checked.host() + ".",
                            "Replicate to a name that the certificate contains, or issue the replica a certificate whose"
                                    + " subjectAltName contains " + checked.host()
                                    + ". If none of the names is the replica's, another server answers at this address.",
                            because);
                });
    }
}
