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
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.ChainShown;
import throughline.primary.evidence.Witness;

/**
 * The chain leads to our trust and is within its dates, and path validation refuses it all the same (RFC 5280 section 6.1):
 * usage, constraints of an authority, an unknown critical extension, an algorithm that is not accepted any more.
 */
final class TlsCertificateInvalid extends Rule {
    TlsCertificateInvalid() {
        super(
                "tls.certificate-invalid",
                "the replica's certificate is refused by path validation",
                Phase.SERVER_CERTIFICATE,
                Set.of(Witness.TRUST_MANAGER),
                Set.of("tls.inspected"));
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return connection
                .last(ChainShown.class)
                .filter(shown -> !shown.trusted() && shown.anchored())
                .filter(shown -> isWithinDates(connection, shown))
                .flatMap(shown -> claim(connection, shown));
    }

    private static boolean isWithinDates(ConnectionCase connection, ChainShown shown) {
        Instant now = connection.startedAt().plus(shown.after());
        return connection.linkedChain().stream().allMatch(certificate -> certificate.validAt(now));
    }

    private Optional<Finding> claim(ConnectionCase connection, ChainShown shown) {
        Leaf leaf = Leaf.of(connection);
        if (leaf.standing() == Standing.FOREIGN) {
            return Optional.empty();
        }
        boolean replicas = leaf.standing() == Standing.REPLICAS && !leaf.restsOnControlAlone();
        String host = connection.setup().host();
        String words = shown.failure().map(Failure::text).orElse("without words");
        return finding(
                replicas ? Confidence.CERTAIN : Confidence.LIKELY,
                "The certificate " + shown.chain().get(0).subject() + " that was shown for " + host
                        + " was issued by an authority that is trusted here and is within its dates, and path validation"
                        + " refuses it all the same: " + words + ".",
                "Have the certificate of " + host
                        + " issued anew: with extended key usage serverAuth and key usage digitalSignature, by an authority"
                        + " that may issue for such names and at this depth, with a key and a signature algorithm that this"
                        + " Java accepts. The words above tell which of these it is."
                        + (replicas
                                ? ""
                                : " If " + shown.chain().get(0).issuer()
                                        + " is an inspecting proxy's authority, exempt " + host
                                        + " from inspection instead."),
                Stream.concat(Stream.of(shown), leaf.because().stream())
                        .distinct()
                        .toList());
    }
}
