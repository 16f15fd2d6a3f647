package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.stream.Collectors;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.PathEvidence;
import throughline.primary.evidence.PathEvidence.ConnectFailed;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameUnresolved;

/** Whether one leg of the way could be connected at all. */
final class Reach {
    private Reach() {}

    /** Why not; empty when some address of the leg was connected, or nothing was tried. */
    static List<Evidence> failures(ConnectionCase connection, Leg leg) {
        if (connection.all(Connected.class).anyMatch(connected -> connected.leg() == leg)) {
            return List.of();
        }
        return connection.evidence().stream()
                .filter(Evidence::adverse)
                .filter(piece -> concerns(piece, leg))
                .toList();
    }

    static String words(List<Evidence> failures) {
        return failures.stream().map(Evidence::text).collect(Collectors.joining("; "));
    }

    private static boolean concerns(Evidence piece, Leg leg) {
        return (piece instanceof PathEvidence path)
                && ((path instanceof NameUnresolved unresolved && unresolved.leg() == leg)
                        || (path instanceof ConnectFailed failed && failed.leg() == leg));
    }
}
