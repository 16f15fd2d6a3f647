package throughline.primary.diagnosis.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Leaf;
import throughline.primary.diagnosis.Leaf.Standing;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.ChainShown;
import throughline.primary.evidence.Witness;

/**
 * The chain leads to no trust anchor of ours. That alone does not say whose fault it is: a private authority that was not
 * imported looks the same as an inspector that is not trusted.
 */
final class TlsReplicaCaNotTrusted extends Rule {
    TlsReplicaCaNotTrusted() {
        super(
                "tls.replica-ca-not-trusted",
                "the authority that issued the certificate shown is not trusted here",
                Phase.SERVER_CERTIFICATE,
                Set.of(Witness.TRUST_MANAGER),
                Set.of("tls.inspected"));
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return connection
                .last(ChainShown.class)
                .filter(shown -> !shown.trusted() && !shown.anchored())
                .flatMap(shown -> claim(connection, shown));
    }

    private Optional<Finding> claim(ConnectionCase connection, ChainShown shown) {
        Leaf leaf = Leaf.of(connection);
        boolean replicas = leaf.standing() == Standing.REPLICAS;
        boolean settled = replicas && !leaf.restsOnControlAlone();
        CertificateFacts top = shown.chain()
                .get(Math.max(0, Math.min(shown.linked(), shown.chain().size()) - 1));
        // Where the chain ends below its root, an authority that is trusted here may have been left out of it.
        boolean complete = top.selfIssued();
        List<Evidence> because = new ArrayList<>(List.of(shown));
        leaf.because().stream().filter(piece -> !because.contains(piece)).forEach(because::add);
        String host = connection.setup().host();
        boolean namesake = connection.setup().trusted().contains(top.issuer());
        return finding(
                settled && complete ? Confidence.CERTAIN : Confidence.LIKELY,
                "The certificate shown for " + host + " was issued by " + top.issuer()
                        + (namesake
                                ? ". An authority of that name is trusted here, but it has not signed this: the authority has"
                                        + " another key, or the certificate is damaged"
                                : ", and this primary does not trust that authority")
                        + whose(leaf, replicas, settled),
                remedy(host, top.issuer(), settled)
                        + (complete
                                ? ""
                                : " If " + top.issuer()
                                        + " was itself issued by an authority that is trusted here, have " + host
                                        + " send the certificates in between as well."),
                because);
    }

    private static String whose(Leaf leaf, boolean replicas, boolean settled) {
        return replicas
                ? ". The certificate " + (settled ? "is" : "seems to be") + " the replica's own: "
                        + String.join("; ", leaf.grounds()) + "."
                : ". Whether it is the replica's own certificate, or that of an inspecting proxy on the way, nothing here"
                        + " can tell.";
    }

    private static String remedy(String host, String issuer, boolean settled) {
        return settled
                ? "Add the certificate of " + issuer + " to the primary's trust."
                : "If " + issuer + " is the authority of " + host
                        + ", add its certificate to the primary's trust. If it is a proxy's, do not: exempt " + host
                        + " from inspection instead. A pin of the replica's key settles which.";
    }
}
