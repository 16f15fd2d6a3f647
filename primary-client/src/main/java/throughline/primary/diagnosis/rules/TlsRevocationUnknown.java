package throughline.primary.diagnosis.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.identity.revocation.RevocationStatus.State;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Leaf;
import throughline.primary.diagnosis.Leaf.Standing;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.CertificateRevocation;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.RevocationChecked;
import throughline.primary.evidence.Witness;

/**
 * Revocation must be known, and nobody that could be reached says that the certificate is not revoked. Says nothing of
 * inspection by itself: a source that only a proxy reaches, or that is down, looks the same. But what an inspector forges
 * often names no source.
 */
final class TlsRevocationUnknown extends Rule {
    TlsRevocationUnknown() {
        super(
                "tls.revocation-unknown",
                "whether the replica's certificate is revoked cannot be found out",
                Phase.SERVER_CERTIFICATE,
                Set.of(Witness.TRUST_MANAGER),
                Set.of("tls.inspected"));
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return connection
                .last(RevocationChecked.class)
                .filter(asked -> !asked.accepted() && !isRevoked(asked))
                .flatMap(asked -> asked.certificates().stream()
                        .filter(found -> found.state() == State.UNKNOWN)
                        .findFirst()
                        .flatMap(found -> claim(connection, asked, found)));
    }

    private static boolean isRevoked(RevocationChecked asked) {
        return asked.certificates().stream().anyMatch(found -> found.state() == State.REVOKED);
    }

    private Optional<Finding> claim(ConnectionCase connection, RevocationChecked asked, CertificateRevocation found) {
        Leaf leaf = Leaf.of(connection);
        boolean replicas = leaf.standing() == Standing.REPLICAS;
        String host = connection.setup().host();
        List<Evidence> because = new ArrayList<>(List.of(asked));
        leaf.because().stream().filter(piece -> !because.contains(piece)).forEach(because::add);
        return finding(
                replicas && !leaf.restsOnControlAlone() ? Confidence.CERTAIN : Confidence.LIKELY,
                "This primary requires to know whether the certificates shown for " + host + " are revoked, and of "
                        + found.subject() + " nobody could say. " + found.text(),
                remedy(connection, found)
                        + (replicas
                                ? ""
                                : " If the certificate was issued by an inspecting proxy, which often names no source, exempt "
                                        + host + " from inspection instead."),
                because);
    }

    private static String remedy(ConnectionCase connection, CertificateRevocation found) {
        Optional<String> proxy = connection.setup().proxy();
        return found.address()
                        .map(address -> proxy.map(
                                        hop -> "Let the proxy " + hop + " pass plain HTTP requests to " + address)
                                .orElse("Make " + address + " reachable from this machine"))
                        .orElse(
                                "Have the certificate issued with a CRL distribution point or an OCSP responder that this"
                                        + " primary can reach")
                + ", and see that it answers with something that is in force. Where that is not possible, --revocation"
                + " when-available accepts what nobody calls revoked.";
    }
}
