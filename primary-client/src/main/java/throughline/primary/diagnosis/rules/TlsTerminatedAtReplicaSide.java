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
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;
import throughline.primary.evidence.Witness;

/** A holder of an accepted certificate ends TLS in front of the replica: a load balancer, or a key in escrow. */
final class TlsTerminatedAtReplicaSide extends Rule {
    TlsTerminatedAtReplicaSide() {
        super(
                "tls.terminated-at-replica-side",
                "TLS is ended in front of the replica by a holder of its key",
                Phase.SERVER_CERTIFICATE,
                Set.of(Witness.REPLICA, Witness.SOCKET_TAP),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        Leaf leaf = Leaf.of(connection);
        Optional<HelloArrival> arrival =
                HelloArrival.of(connection).filter(hello -> !hello.arrived() && hello.outweighs(connection));
        if (connection.refusedByReplicaAlone()
                || leaf.standing() != Standing.REPLICAS
                || arrival.isEmpty()
                || connection.first(HandshakeFinished.class).isEmpty()) {
            return Optional.empty();
        }
        List<Evidence> because = new ArrayList<>(leaf.because());
        because.add(arrival.get().evidence());
        String host = connection.setup().host();
        return finding(
                arrival.get().fromInside() ? Confidence.CERTAIN : Confidence.LIKELY,
                "TLS to " + host + " is ended in front of the replica by a holder of an accepted key ("
                        + String.join("; ", leaf.grounds())
                        + "): the ClientHello that we sent is not the one the replica received.",
                "If this is the replica's own load balancer, let it pass TLS through to the replica (by SNI) or give it a"
                        + " client certificate that the replica accepts. If nobody knows of one, find out who else holds"
                        + " the key of " + host + ".",
                because.stream().distinct().toList());
    }
}
