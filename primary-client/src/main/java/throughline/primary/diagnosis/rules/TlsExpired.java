package throughline.primary.diagnosis.rules;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.ChainShown;
import throughline.primary.evidence.Witness;

/** The server's chain leads to our trust, but a certificate in it is not valid now (RFC 5280 section 6.1.3 (a)(2)). */
final class TlsExpired extends Rule {
    TlsExpired() {
        super(
                "tls.expired",
                "the replica's certificate has expired, or is not valid yet",
                Phase.SERVER_CERTIFICATE,
                Set.of(Witness.TRUST_MANAGER),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return connection
                .last(ChainShown.class)
                .filter(shown -> !shown.trusted() && shown.anchored())
                .flatMap(shown -> claim(connection, shown));
    }

    private Optional<Finding> claim(ConnectionCase connection, ChainShown shown) {
        Instant now = connection.startedAt().plus(shown.after());
        return shown.chain().subList(0, Math.min(shown.linked(), shown.chain().size())).stream()
                .filter(certificate -> !certificate.validAt(now))
                .findFirst()
                .flatMap(certificate -> finding(
                        Confidence.CERTAIN,
                        "The certificate " + certificate.subject() + " that was shown for "
                                + connection.setup().host() + " " + validity(certificate, now)
                                + ". Its issuer is trusted; only the time is wrong. This machine's clock says " + now
                                + ".",
                        "Renew the certificate of " + connection.setup().host()
                                + " on the replica and restart or reload it. If the date above is wrong, set the clock of"
                                + " this machine.",
                        List.of(shown)));
    }

    private static String validity(CertificateFacts certificate, Instant now) {
        return now.isAfter(certificate.notAfter())
                ? "expired on " + certificate.notAfter()
                : "is not valid before " + certificate.notBefore();
    }
}
