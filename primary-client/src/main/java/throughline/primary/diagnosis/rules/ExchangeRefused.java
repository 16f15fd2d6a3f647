package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.ExchangeEvidence.Refused;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.Witness;
import throughline.protocol.RefusalReason;

/** The path is clear, and the replica itself says no. */
final class ExchangeRefused extends Rule {
    private static final Set<String> ON_THE_WAY =
            Set.of(RefusalReason.TRUNCATED.code(), RefusalReason.CHECKSUM_MISMATCH.code());

    ExchangeRefused() {
        super(
                "exchange.refused",
                "the replica itself refuses, and says why",
                Phase.TRANSFER,
                Set.of(Witness.CALL_EVENTS),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return connection
                .last(Refused.class)
                .flatMap(refused -> finding(
                        // A message that arrived cut short or changed was sent whole: something on the way did that.
                        ON_THE_WAY.contains(refused.reason()) ? Confidence.LIKELY : Confidence.CERTAIN,
                        connection.setup().replica() + " was reached and refused, " + refused.reason() + ": "
                                + refused.detail() + ".",
                        connection.refusedByReplicaAlone()
                                ? "The path is clear; " + atTheReplica(refused.reason())
                                : "Look at what the replica allows this primary. If the message arrived cut short or"
                                        + " changed, something on the way did that: look for limits and filters there.",
                        List.of(refused)));
    }

    private static String atTheReplica(String reason) {
        if (reason.equals(RefusalReason.STORE_FULL.code())) {
            return "make room where the replica keeps its disks, or raise its limit of space.";
        }
        if (reason.equals(RefusalReason.DISK_MISMATCH.code())) {
            return "replicate these disks as another machine: one keeps the names, sizes and order of its disks.";
        }
        return "look at the replica's settings and at what it holds of this disk.";
    }
}
