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
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;
import throughline.primary.evidence.Witness;

/**
 * A full handshake finished and nobody asked for a client certificate. The other end did not ask, that much is sure; why,
 * is not: an inspecting proxy, a load balancer, another virtual host, or a server that asks later.
 */
final class MtlsNotRequested extends Rule {
    MtlsNotRequested() {
        super(
                "mtls.not-requested",
                "the other end does not ask for a client certificate",
                Phase.CLIENT_CERTIFICATE,
                Set.of(Witness.KEY_MANAGER, Witness.SOCKET_TAP, Witness.CALL_EVENTS),
                Set.of("tls.inspected", "tls.terminated-at-replica-side"));
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        if (!connection.neverAsked() || connection.refusedByReplicaAlone()) {
            return Optional.empty();
        }
        List<Evidence> because = new ArrayList<>();
        connection.first(HandshakeFinished.class).ifPresent(because::add);
        connection.chainEvidence().filter(piece -> !because.contains(piece)).ifPresent(because::add);
        String issuer = connection.chain().isEmpty()
                ? ""
                : " It showed a certificate issued by "
                        + connection.chain().get(0).issuer() + ".";
        return finding(
                Confidence.CERTAIN,
                "Whatever ends TLS for " + connection.setup().host()
                        + " never asked for a client certificate, and a replica does." + issuer
                        + " Either something on the way ends TLS in its place, an inspecting proxy or a load balancer, or"
                        + " another server answers at this address.",
                "Find out who issued the certificate above. If it is an inspecting proxy's, exempt "
                        + connection.setup().host()
                        + " from inspection; if a load balancer's, let it pass TLS through; otherwise check name and port.",
                because);
    }
}
