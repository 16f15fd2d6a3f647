package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.primary.evidence.Witness;
import throughline.protocol.ConnectionView.CertificateRefusal;

/**
 * Our client certificate comes from an authority that the replica does not accept. JSSE then sends none at all, and to the
 * replica this looks as if none were configured; only our own key manager tells the two apart.
 */
final class MtlsIssuerNotAccepted extends Rule {
    MtlsIssuerNotAccepted() {
        super(
                "mtls.issuer-not-accepted",
                "the replica does not accept the issuer of the client certificate",
                Phase.CLIENT_CERTIFICATE,
                Set.of(Witness.KEY_MANAGER),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return ClientCertificateEnding.of(connection)
                .filter(MtlsIssuerNotAccepted::isAboutTheIssuer)
                .flatMap(ending -> claim(connection, ending));
    }

    private static boolean isAboutTheIssuer(ClientCertificateEnding ending) {
        return ending.request().answer() == CertificateAnswer.ISSUER_NOT_NAMED
                || ending.refusal()
                        .flatMap(refusal -> refusal.refusal())
                        .filter(reason -> reason == CertificateRefusal.UNKNOWN_ISSUER)
                        .isPresent();
    }

    private Optional<Finding> claim(ConnectionCase connection, ClientCertificateEnding ending) {
        String ours = connection
                .setup()
                .identity()
                .map(CertificateFacts::issuer)
                .orElse("an authority that is not known here");
        List<String> accepted = ending.request().issuers();
        String named = accepted.isEmpty() ? "which it does not name" : String.join(" or ", accepted);
        boolean sent = ending.request().answer() == CertificateAnswer.SENT;
        return finding(
                ending.confidence(),
                connection.setup().replica() + " accepts client certificates from certain authorities (" + named
                        + "); ours was issued by " + ours + (sent ? " and was refused" : ", so it was not even sent")
                        + ". " + ending.words(),
                "Use a client certificate from an authority that the replica accepts, or add the certificate of " + ours
                        + " to the replica's trust.",
                ending.because());
    }
}
