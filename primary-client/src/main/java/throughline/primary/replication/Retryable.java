package throughline.primary.replication;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.ExchangeEvidence.Refused;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.PathEvidence.TunnelFailed;
import throughline.primary.evidence.TlsEvidence.HandshakeFailed;
import throughline.protocol.RefusalReason;

/** What time can mend, in one place. Whatever is not on the list wants a person. */
public final class Retryable {
    /** Rules whose cause may be gone in a minute. */
    private static final Set<String> PASSING = Set.of("replica.unreachable", "proxy.unreachable", "hello.unanswered");

    /** What the replica says of a state that passes. */
    private static final Set<String> REASONS = Stream.of(
                    RefusalReason.STORAGE_FAILED,
                    RefusalReason.STORE_FULL,
                    RefusalReason.TOO_MANY_TRANSFERS,
                    RefusalReason.SHUTTING_DOWN,
                    // The replica's word for a connection that was cut.
                    RefusalReason.TRUNCATED)
            .map(RefusalReason::code)
            .collect(Collectors.toUnmodifiableSet());

    /** What a middlebox says of a server that it cannot reach at present: Bad Gateway, Service Unavailable, Gateway Timeout. */
    private static final Set<Integer> STATUSES = Set.of(502, 503, 504);

    private static final Set<FailureKind> CUT = EnumSet.of(
            FailureKind.CLOSED,
            FailureKind.RESET,
            FailureKind.BROKEN_PIPE,
            FailureKind.STREAM_REFUSED,
            FailureKind.TIMED_OUT);

    private Retryable() {}

    public static boolean is(Verdict verdict) {
        if (verdict instanceof Diagnosed diagnosed) {
            return isMendedByTime(diagnosed.finding());
        }
        return verdict instanceof Unexplained unexplained && isCut(unexplained.adverse());
    }

    private static boolean isMendedByTime(Finding finding) {
        return switch (finding.rule().value()) {
            case "exchange.refused" ->
                finding.because().stream()
                        .anyMatch(piece -> piece instanceof Refused refused && REASONS.contains(refused.reason()));
            case "exchange.answered-by-middlebox" ->
                finding.because().stream()
                        .anyMatch(piece -> piece instanceof Answered answered && STATUSES.contains(answered.status()));
            case "tunnel.upstream-failed" ->
                finding.because().stream()
                        .anyMatch(piece -> piece instanceof TunnelFailed
                                || (piece instanceof TunnelAnswered answered && STATUSES.contains(answered.status())));
            default -> PASSING.contains(finding.rule().value());
        };
    }

    private static boolean isCut(List<Evidence> adverse) {
        return !adverse.isEmpty() && adverse.stream().allMatch(Retryable::isCut);
    }

    private static boolean isCut(Evidence piece) {
        if (piece instanceof ExchangeFailed failed) {
            return CUT.contains(failed.failure().kind());
        }
        return piece instanceof HandshakeFailed failed
                && CUT.contains(failed.failure().kind());
    }
}
