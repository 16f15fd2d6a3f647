package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.Witness;

/** No TCP connection to the replica's own address. */
final class ReplicaUnreachable extends Rule {
    ReplicaUnreachable() {
        super(
                "replica.unreachable",
                "the replica cannot be reached",
                Phase.CONNECT_TO_REPLICA,
                Set.of(Witness.DIALER),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        List<Evidence> failures = Reach.failures(connection, Leg.REPLICA);
        if (failures.isEmpty()) {
            return Optional.empty();
        }
        return finding(
                Confidence.CERTAIN,
                connection.setup().replica() + " cannot be reached from here: " + Reach.words(failures) + ".",
                "Check that the replica is running and listens on port "
                        + connection.setup().port() + ", that "
                        + connection.setup().host()
                        + " resolves to its address, and that firewalls on the way allow the connection. Where only a"
                        + " proxy leads out, configure it.",
                failures);
    }
}
