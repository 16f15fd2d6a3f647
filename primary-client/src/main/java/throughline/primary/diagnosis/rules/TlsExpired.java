package throughline.primary.diagnosis.rules;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Leaf;
import throughline.primary.diagnosis.Leaf.Standing;
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
        Leaf leaf = Leaf.of(connection);
        Instant now = connection.startedAt().plus(shown.after());
        return connection.linkedChain().stream()
                .filter(certificate -> leaf.standing() != Standing.FOREIGN && !certificate.validAt(now))
                .findFirst()
                .flatMap(certificate -> finding(
                        confidence(leaf, certificate.equals(shown.chain().get(0))),
                        "The certificate " + certificate.subject() + " that was shown for "
                                + connection.setup().host() + " " + validity(certificate, now)
                                + ". Its issuer is trusted; only the time is wrong. This machine's clock says " + now
                                + ".",
                        (certificate.equals(shown.chain().get(0))
                                        ? "Renew the certificate of "
                                                + connection.setup().host() + " on the replica"
                                        : "Have the certificate " + certificate.subject()
                                                + " renewed, and send the new one from "
                                                + connection.setup().host())
                                + ", and see that the replica presents it. If the date above is wrong, set the clock of"
                                + " this machine."
                                + (leaf.standing() == Standing.REPLICAS
                                        ? ""
                                        : " If " + certificate.issuer() + " is an inspecting proxy's authority, exempt "
                                                + connection.setup().host() + " from inspection instead."),
                        Stream.concat(Stream.of(shown), leaf.because().stream())
                                .distinct()
                                .toList()));
    }

    /**
     * Certain only of the replica's own certificate: a trusted inspector's may have expired just so. An issuer's dates
     * need not matter, because the path may be built around it.
     */
    private static Confidence confidence(Leaf leaf, boolean isLeaf) {
        return isLeaf && leaf.standing() == Standing.REPLICAS && !leaf.restsOnControlAlone()
                ? Confidence.CERTAIN
                : Confidence.LIKELY;
    }

    private static String validity(CertificateFacts certificate, Instant now) {
        return now.isAfter(certificate.notAfter())
                ? "expired on " + certificate.notAfter()
                : "is not valid before " + certificate.notBefore();
    }
}
