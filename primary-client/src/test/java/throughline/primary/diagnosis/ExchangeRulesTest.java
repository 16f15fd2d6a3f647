package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.leaf;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;
import static throughline.primary.diagnosis.Judgement.assertCause;
import static throughline.primary.diagnosis.Judgement.assertSilent;
import static throughline.primary.diagnosis.Judgement.assertWorks;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.protocol.RefusalReason;

/** The rules about answers inside TLS. */
class ExchangeRulesTest {
    private static final Consumer<Wire> MUTUAL = wire -> wire.hello()
            .showsTrusted(REPLICA, LAB_ROOT)
            .asked(CertificateAnswer.SENT)
            .named(true, "replica.test")
            .finishes(REPLICA, LAB_ROOT);

    @Nested
    class AnsweredByMiddlebox {
        private CaseFile answered(Map<String, String> headers, String body) {
            return Cases.direct()
                    .on(MUTUAL.andThen(wire -> wire.foreignAnswer(Exchange.ANNOUNCE, 503, headers, body)))
                    .failed();
        }

        @ParameterizedTest
        @ValueSource(strings = {"via", "proxy-status"})
        void isCertainWhereAProxyNamesItself(String header) {
            assertThat(assertCause(answered(Map.of(header, "1.1 gate"), ""), "exchange.answered-by-middlebox", CERTAIN)
                            .finding()
                            .explanation())
                    .contains("1.1 gate");
        }

        @Test
        void isLikelyWhereItDoesNot() {
            // It may also be another web server at this address.
            assertCause(
                    answered(Map.of("server", "nginx"), "<h1>Welcome</h1>"), "exchange.answered-by-middlebox", LIKELY);
        }

        @Test
        void quotesWhatThePageSaysWithoutItsTags() {
            assertThat(assertCause(
                                    answered(
                                            Map.of(),
                                            "<html><head><title>x</title></head><body><h1>Access</h1> denied</body>"),
                                    "exchange.answered-by-middlebox",
                                    LIKELY)
                            .finding()
                            .explanation())
                    .contains("saying \"Access denied\"");
        }

        @Test
        void isNotNamedForTheReplicasOwnAnswers() {
            CaseFile file = Cases.direct()
                    .on(MUTUAL.andThen(
                            wire -> wire.refused(Exchange.ANNOUNCE, RefusalReason.NOT_AUTHORISED, "unknown primary")))
                    .failed();

            assertSilent(file, "exchange.answered-by-middlebox");
        }
    }

    @Nested
    class Refused {
        @ParameterizedTest
        @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CERTIFICATE_REFUSED") // has a rule that is more specific
        void isNamedWithTheReplicasReason(RefusalReason reason) {
            CaseFile file = Cases.direct()
                    .on(MUTUAL.andThen(wire ->
                            wire.replicaAnswers(Exchange.ANNOUNCE).refused(Exchange.SLICE, reason, "in its own words")))
                    .failed();

            assertThat(assertCause(file, "exchange.refused", confidence(reason))
                            .finding()
                            .explanation())
                    .contains(reason.code() + ": in its own words");
        }

        /** A message that arrived cut short or changed was sent whole: something on the way may have done that. */
        private static Confidence confidence(RefusalReason reason) {
            return reason == RefusalReason.TRUNCATED || reason == RefusalReason.CHECKSUM_MISMATCH ? LIKELY : CERTAIN;
        }

        @ParameterizedTest
        @EnumSource(names = {"STORAGE_FAILED", "FENCED", "SEQUENCE_CONFLICT", "DISK_MISMATCH", "SHUTTING_DOWN"})
        void isTheCauseEvenOnAnUnusualPathThatHasCarriedTheRequest(RefusalReason reason) {
            CaseFile file = Cases.direct().on(throughAFront(reason)).failed();

            assertCause(file, "exchange.refused", CERTAIN);
        }

        @ParameterizedTest
        @CsvSource({"FENCED, true", "NOT_AUTHORISED, false", "TRUNCATED, false", "CHECKSUM_MISMATCH, false"})
        void callsThePathClearOnlyWhereTheReasonLiesWithTheReplicaAlone(RefusalReason reason, boolean clear) {
            CaseFile file = Cases.direct()
                    .on(MUTUAL.andThen(wire -> wire.refused(Exchange.SLICE, reason, "no")))
                    .failed();

            String remedy = assertCause(file, "exchange.refused", confidence(reason))
                    .finding()
                    .remedy();

            assertThat(remedy.contains("The path is clear")).isEqualTo(clear);
        }

        @ParameterizedTest
        @CsvSource({"STORE_FULL, make room", "DISK_MISMATCH, as another machine", "FENCED, what it holds"})
        void saysWhatToChangeAtTheReplica(RefusalReason reason, String remedy) {
            CaseFile file = Cases.direct()
                    .on(MUTUAL.andThen(wire -> wire.refused(Exchange.SLICE, reason, "no")))
                    .failed();

            assertThat(assertCause(file, "exchange.refused", CERTAIN).finding().remedy())
                    .contains(remedy);
        }

        @ParameterizedTest
        @EnumSource(names = {"NOT_AUTHORISED", "TRUNCATED", "CHECKSUM_MISMATCH", "MALFORMED"})
        void isAConsequenceWhereThePathMayHaveCausedIt(RefusalReason reason) {
            CaseFile file = Cases.direct().on(throughAFront(reason)).failed();

            assertThat(assertCause(file, "tls.terminated-at-replica-side", CERTAIN)
                            .consequences())
                    .anySatisfy(piece -> assertThat(piece.kind()).isEqualTo("refused"));
        }

        private Consumer<Wire> throughAFront(RefusalReason reason) {
            CertificateFacts front = leaf("CN=front.test,O=Lab Corp", LAB_ROOT);
            return wire -> wire.hello()
                    .showsTrusted(front, LAB_ROOT)
                    .finishes(front, LAB_ROOT)
                    .viewOfAnother(REPLICA, front)
                    .refused(Exchange.SLICE, reason, "no");
        }

        @Test
        void isNotNamedWhereNothingWasRefused() {
            CaseFile file = Cases.direct()
                    .on(MUTUAL.andThen(
                            wire -> wire.viewOfOurs(Optional.empty(), REPLICA).receipt()))
                    .succeeded();

            assertWorks(file);
        }
    }
}
