package throughline.primary.diagnosis.rules;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.ExchangeEvidence.Refused;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.primary.evidence.Witness;
import throughline.protocol.RefusalReason;

/** The replica was sent a client certificate and ended the connection. */
final class MtlsCertificateRejected extends Rule {
    private static final String REMEDY =
            "Give this primary a client certificate that the replica accepts: issued by an authority it trusts, valid now,"
                    + " not revoked, with extended key usage clientAuth. If the replica cannot find out about revocation, it"
                    + " has to reach the addresses in the certificate.";

    MtlsCertificateRejected() {
        super(
                "mtls.certificate-rejected",
                "the replica rejects the client certificate",
                Phase.CLIENT_CERTIFICATE,
                Set.of(Witness.KEY_MANAGER),
                Set.of("mtls.issuer-not-accepted"));
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return refusedOnResumption(connection).or(() -> rejectedInHandshake(connection));
    }

    /** A resumed handshake asks for no certificate, so the replica says in an answer what it thinks of the one it had. */
    private Optional<Finding> refusedOnResumption(ConnectionCase connection) {
        return connection
                .last(Refused.class)
                .filter(refused -> refused.reason().equals(RefusalReason.CERTIFICATE_REFUSED.code()))
                .flatMap(refused -> finding(
                        Confidence.CERTAIN,
                        connection.setup().replica()
                                + " does not accept the client certificate of this TLS session any more ("
                                + refused.reason() + "): " + refused.detail() + ".",
                        REMEDY,
                        List.of(refused)));
    }

    private Optional<Finding> rejectedInHandshake(ConnectionCase connection) {
        return ClientCertificateEnding.of(connection)
                .filter(ending -> ending.request().answer() == CertificateAnswer.SENT
                        || ending.request().answer() == CertificateAnswer.KEY_NOT_ACCEPTED)
                .flatMap(ending -> claim(connection, ending));
    }

    private Optional<Finding> claim(ConnectionCase connection, ClientCertificateEnding ending) {
        String reason = ending.refusal()
                .flatMap(refusal -> refusal.refusal())
                .map(refused -> " It gives as its reason: " + refused.words() + ".")
                .orElse("");
        return finding(
                ending.confidence(),
                connection.setup().replica()
                        + rejection(ending)
                        + ending.words()
                        + reason
                        + ownFault(connection, ending),
                REMEDY
                        + " Where it is all of that, something on the way may have cut the connection; the replica's own"
                        + " log tells.",
                ending.because());
    }

    private static String rejection(ClientCertificateEnding ending) {
        return ending.request()
                .sent()
                .map(sent -> " was sent the client certificate " + sent.subject()
                        + (ending.refusal().isPresent() ? " and rejected it. " : ", and most likely rejected it. "))
                .orElse(" accepts no client certificate with a key of our kind ("
                        + String.join(", ", ending.request().keyTypes())
                        + " are accepted), so none was sent. ");
    }

    /** What can be seen to be wrong with our certificate from here. */
    private static String ownFault(ConnectionCase connection, ClientCertificateEnding ending) {
        Instant now = connection.startedAt().plus(ending.request().after());
        return ending.request()
                .sent()
                .filter(certificate -> !certificate.validAt(now))
                .map(certificate -> now.isAfter(certificate.notAfter())
                        ? " The certificate expired on " + certificate.notAfter() + "."
                        : " The certificate is not valid before " + certificate.notBefore() + ".")
                .orElse("");
    }
}
