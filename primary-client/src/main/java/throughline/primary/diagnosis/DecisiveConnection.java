package throughline.primary.diagnosis;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CaseFile.Outcome;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.ConnectFailed;
import throughline.primary.evidence.Phase;

/**
 * Which of an attempt's connections decides. Several addresses, fallback handshakes and retries open more than one; a
 * connection from before may have been used up. The one that got furthest knows most, and of several the last.
 */
final class DecisiveConnection {
    private DecisiveConnection() {}

    /** The connection's number; 0 when none was opened. */
    static int of(CaseFile file) {
        Set<Integer> all = file.connections();
        List<Integer> candidates =
                all.stream().filter(number -> !lostTheRace(file, number)).toList();
        List<Integer> opened =
                candidates.stream().filter(number -> openedNow(file, number)).toList();
        // After success, what was used counts, however old it is.
        boolean preferNew = file.outcome() == Outcome.FAILED && !opened.isEmpty();
        return (preferNew ? opened : candidates)
                .stream()
                        .max(Comparator.comparing((Integer number) -> furthest(file, number))
                                .thenComparing(Comparator.naturalOrder()))
                        .orElse(0);
    }

    /** A stale kept-open connection breaks first; what the new one then meets is the news. */
    private static boolean openedNow(CaseFile file, int number) {
        return of(file, number).stream().noneMatch(piece -> piece.after().compareTo(Duration.ZERO) < 0);
    }

    private static boolean lostTheRace(CaseFile file, int number) {
        return of(file, number).stream()
                .anyMatch(piece -> piece instanceof ConnectFailed failed
                        && failed.failure().kind() == FailureKind.CANCELLED);
    }

    private static Phase furthest(CaseFile file, int number) {
        return of(file, number).stream()
                .map(Evidence::phase)
                .max(Comparator.naturalOrder())
                .orElse(Phase.CONFIGURATION);
    }

    private static List<Evidence> of(CaseFile file, int number) {
        return file.evidence().stream()
                .filter(piece -> piece.connection() == number)
                .toList();
    }
}
