package throughline.primary.diagnosis;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CaseFile.Outcome;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.ExchangeEvidence.Refused;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.ConnectFailed;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.HandshakeFailed;

/**
 * Which of an attempt's connections decides. Several addresses, fallback handshakes and retries open more than one; a
 * connection from before may have been used up. The one that got furthest knows most, and of several the last.
 */
final class DecisiveConnection {
    private DecisiveConnection() {}

    /** The connection's number; 0 when none was opened. */
    static int of(CaseFile file) {
        List<Integer> candidates = preferred(List.copyOf(file.connections()), number -> !gaveUpOn(file, number));
        if (file.outcome() == Outcome.FAILED) {
            // Of transfers side by side, the one that failed; what still worked beside it explains nothing.
            candidates = preferred(candidates, number -> failed(file, number));
            candidates = preferred(candidates, number -> isNews(file, number));
        }
        return candidates.stream()
                .max(Comparator.comparing((Integer number) -> furthest(file, number))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(0);
    }

    /** Those that fulfil the condition; all, where none does. */
    private static List<Integer> preferred(List<Integer> numbers, IntPredicate condition) {
        List<Integer> chosen = numbers.stream().filter(condition::test).toList();
        return chosen.isEmpty() ? numbers : chosen;
    }

    /** A stale kept-open connection breaks first; what the new one then meets is the news. An answer is news anywhere. */
    private static boolean isNews(CaseFile file, int number) {
        List<Evidence> pieces = of(file, number);
        return pieces.stream().noneMatch(piece -> piece.after().isNegative())
                || pieces.stream()
                        .anyMatch(piece -> piece.adverse() && (piece instanceof Answered || piece instanceof Refused));
    }

    /** Another address was faster, or another transfer had failed before. */
    private static boolean gaveUpOn(CaseFile file, int number) {
        return adverse(file, number).anyMatch(DecisiveConnection::isCancelled)
                && adverse(file, number).allMatch(DecisiveConnection::isCancelled);
    }

    private static boolean failed(CaseFile file, int number) {
        return adverse(file, number).anyMatch(piece -> !isCancelled(piece));
    }

    private static boolean isCancelled(Evidence piece) {
        Optional<FailureKind> kind = Optional.empty();
        if (piece instanceof ConnectFailed failed) {
            kind = Optional.of(failed.failure().kind());
        } else if (piece instanceof HandshakeFailed failed) {
            kind = Optional.of(failed.failure().kind());
        } else if (piece instanceof ExchangeFailed failed) {
            kind = Optional.of(failed.failure().kind());
        }
        return kind.filter(FailureKind.CANCELLED::equals).isPresent();
    }

    private static Stream<Evidence> adverse(CaseFile file, int number) {
        return of(file, number).stream().filter(Evidence::adverse);
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
