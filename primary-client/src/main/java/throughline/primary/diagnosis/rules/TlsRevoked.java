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

/** A signed answer that is in force says that a certificate shown for the replica is revoked (RFC 5280 section 6.3). */
final class TlsRevoked extends Rule {
    TlsRevoked() {
        super(
                "tls.revoked",
                "the replica's certificate is revoked",
                Phase.SERVER_CERTIFICATE,
                Set.of(Witness.TRUST_MANAGER),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return connection
                .last(RevocationChecked.class)
                .filter(asked -> !asked.accepted())
                .flatMap(asked -> asked.certificates().stream()
                        .filter(found -> found.state() == State.REVOKED)
                        .findFirst()
                        .flatMap(found -> claim(connection, asked, found)));
    }

    private Optional<Finding> claim(ConnectionCase connection, RevocationChecked asked, CertificateRevocation found) {
        Leaf leaf = Leaf.of(connection);
        if (leaf.standing() == Standing.FOREIGN) {
            return Optional.empty();
        }
        String host = connection.setup().host();
        List<Evidence> because = new ArrayList<>(List.of(asked));
        connection.chainEvidence().ifPresent(because::add);
        return finding(
                leaf.standing() == Standing.DOUBTFUL ? Confidence.LIKELY : Confidence.CERTAIN,
                "The certificate " + found.subject() + " that was shown for " + host + " is revoked. " + found.text(),
                (isLeaf(connection, found)
                                ? "Have a new certificate, with a new key, issued for " + host
                                : "Have a certificate issued for " + host + " by an authority that is not revoked")
                        + ", and install it on the replica. Who revoked the old one, and why, the issuer knows: the key may be"
                        + " in other hands.",
                because);
    }

    private static boolean isLeaf(ConnectionCase connection, CertificateRevocation found) {
        return connection.chain().stream()
                .limit(1)
                .anyMatch(leaf -> leaf.subject().equals(found.subject()));
    }
}
