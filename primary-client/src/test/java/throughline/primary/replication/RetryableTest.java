package throughline.primary.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.RuleId;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.ExchangeEvidence.Refused;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.Phase;
import throughline.protocol.RefusalReason;

class RetryableTest {
    private static final Set<RefusalReason> PASSING = EnumSet.of(
            RefusalReason.STORAGE_FAILED,
            RefusalReason.STORE_FULL,
            RefusalReason.TOO_MANY_TRANSFERS,
            RefusalReason.SHUTTING_DOWN,
            RefusalReason.TRUNCATED);

    @ParameterizedTest
    @EnumSource(RefusalReason.class)
    void whatTheReplicaRefusesForAReasonThatPasses(RefusalReason reason) {
        Evidence refused = new Refused(1, Duration.ZERO, Exchange.SLICE, reason.code(), "in its own words");

        assertThat(Retryable.is(diagnosed("exchange.refused", refused))).isEqualTo(PASSING.contains(reason));
    }

    @ParameterizedTest
    @CsvSource({
        "200, false",
        "403, false",
        "407, false",
        "413, false",
        "429, false",
        "500, false",
        "502, true",
        "503, true",
        "504, true"
    })
    void whatAMiddleboxAnswersOfAServerThatItCannotReach(int status, boolean again) {
        Evidence answered = new Answered(1, Duration.ZERO, Exchange.SLICE, status, false, Map.of(), "", Duration.ZERO);
        Evidence tunnel = new TunnelAnswered(1, Duration.ZERO, "r:443", status, "", Map.of(), "", false, Duration.ZERO);

        assertThat(Retryable.is(diagnosed("exchange.answered-by-middlebox", answered)))
                .isEqualTo(again);
        assertThat(Retryable.is(diagnosed("tunnel.upstream-failed", tunnel))).isEqualTo(again);
    }

    @ParameterizedTest
    @CsvSource({
        "replica.unreachable, true",
        "proxy.unreachable, true",
        "hello.unanswered, true",
        "mtls.certificate-rejected, false",
        "mtls.none-configured, false",
        "tls.inspected, false",
        "tls.expired, false",
        "tunnel.auth-required, false",
        "tunnel.refused, false",
        "replica.not-tls, false",
        "some.new-rule, false"
    })
    void whatNeedsNobody(String rule, boolean again) {
        Evidence cut = failed(FailureKind.RESET);

        assertThat(Retryable.is(diagnosed(rule, cut))).isEqualTo(again);
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void whatIsUnexplainedOnlyWhereItWasCutOrTimedOut(FailureKind kind) {
        boolean cut =
                switch (kind) {
                    case CLOSED, RESET, BROKEN_PIPE, STREAM_REFUSED, TIMED_OUT -> true;
                    case NAME_UNKNOWN,
                            REFUSED,
                            UNREACHABLE,
                            ALERT,
                            UNTRUSTED,
                            OTHER_NAME,
                            TLS,
                            HTTP,
                            CANCELLED,
                            OTHER -> false;
                };

        assertThat(Retryable.is(unexplained(failed(kind)))).isEqualTo(cut);
        assertThat(Retryable.is(unexplained(failed(FailureKind.RESET), failed(FailureKind.HTTP))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingThatNobodySaw(boolean works) {
        assertThat(Retryable.is(works ? new Works(List.of(), List.of()) : unexplained()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 500, 1000", "2, 1000, 2000", "5, 8000, 16000", "7, 30000, 60000", "1000, 30000, 60000"})
    void waitsDoubleUpToTheLongest(int retry, long least, long most) {
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            assertThat(RetryPolicy.defaults().before(retry, random))
                    .isBetween(Duration.ofMillis(least), Duration.ofMillis(most));
        }
    }

    private static Evidence failed(FailureKind kind) {
        return new ExchangeFailed(1, Duration.ZERO, Exchange.SLICE, new Failure(kind, "text"), Duration.ZERO);
    }

    private static Verdict diagnosed(String rule, Evidence because) {
        Finding finding = new Finding(
                new RuleId(rule), Phase.TRANSFER, Confidence.CERTAIN, "why", "what to do", List.of(because));
        return new Diagnosed(finding, List.of(), List.of(), List.of());
    }

    private static Verdict unexplained(Evidence... adverse) {
        return new Unexplained(Phase.TRANSFER, List.of(adverse), List.of(), List.of());
    }
}
