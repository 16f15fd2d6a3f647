package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.ACME;
import static throughline.primary.diagnosis.Certificates.CLIENT;
import static throughline.primary.diagnosis.Certificates.FORGED;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.authority;
import static throughline.primary.diagnosis.Certificates.intermediate;
import static throughline.primary.diagnosis.Certificates.leaf;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;
import static throughline.primary.diagnosis.Confidence.POSSIBLE;
import static throughline.primary.diagnosis.Handshakes.asked;
import static throughline.primary.diagnosis.Handshakes.silent;
import static throughline.primary.diagnosis.Handshakes.unasked;
import static throughline.primary.diagnosis.Handshakes.untrusted;
import static throughline.primary.diagnosis.Judgement.assertCause;
import static throughline.primary.diagnosis.Judgement.assertSilent;
import static throughline.primary.diagnosis.Judgement.assertUnexplained;
import static throughline.primary.diagnosis.Judgement.assertWorks;
import static throughline.primary.diagnosis.Judgement.claim;
import static throughline.primary.diagnosis.Judgement.names;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;

/** The rest of the table "What proves what": chain, silence, dates, load balancers, and words of little weight. */
class WhatProvesLittleTest {
    private static final CertificateFacts ZSCALER = authority("CN=Zscaler Root CA,O=Zscaler Inc.,C=US");

    private static final Map<String, String> SQUID = Map.of("via", "1.1 vm (squid/5.7)", "server", "squid/5.7");

    @Nested
    class AnUntrustedChain {
        @Test
        void withoutPinControlAndViewSaysNothingOfWhoseFaultItIs() {
            CaseFile file = Cases.throughProxy().on(untrusted(FORGED, ACME)).failed();

            Diagnosed diagnosed = assertCause(file, "tls.replica-ca-not-trusted", LIKELY);

            assertThat(diagnosed.alsoPossible()).singleElement().satisfies(other -> {
                assertThat(other.rule()).hasToString("tls.inspected");
                possible(other);
            });
        }

        @Test
        void ofARecognisedInterceptorMakesInspectionLikely() {
            CaseFile file = Cases.throughProxy()
                    .on(untrusted(leaf("CN=replica.test", ZSCALER), ZSCALER))
                    .failed();

            assertCause(file, "tls.inspected", LIKELY);
        }

        @Test
        void ofARecognisedInterceptorIsStillTheReplicasWhereThePinSaysSo() {
            CertificateFacts own = leaf("CN=replica.test", ZSCALER);
            CaseFile file =
                    Cases.throughProxy().pinned(own).on(untrusted(own, ZSCALER)).failed();

            assertCause(file, "tls.replica-ca-not-trusted", CERTAIN);
        }

        @Test
        void thatThePinDoesNotKnowIsLikelyInspected() {
            // Not certain: pin and trust may both stem from before the replica got a new key from a new authority.
            CaseFile file = Cases.throughProxy()
                    .pinned(REPLICA)
                    .on(untrusted(FORGED, ACME))
                    .failed();

            assertCause(file, "tls.inspected", LIKELY);
        }

        @Test
        void thatNeitherPinNorReplicaKnowsIsCertainlyInspected() {
            CaseFile file = Cases.throughProxy()
                    .pinned(REPLICA)
                    .on(untrusted(FORGED, ACME).andThen(wire -> wire.account(Optional.empty(), REPLICA)))
                    .failed();

            assertCause(file, "tls.inspected", CERTAIN);
        }

        @Test
        void thatThePinKnowsIsTheReplicas() {
            CaseFile file = Cases.throughProxy()
                    .pinned(REPLICA)
                    .on(untrusted(REPLICA, LAB_ROOT))
                    .failed();

            Diagnosed diagnosed = assertCause(file, "tls.replica-ca-not-trusted", CERTAIN);

            assertThat(diagnosed.alsoPossible()).isEmpty();
        }

        @Test
        void thatADirectControlIsShownTooIsProbablyTheReplicas() {
            CaseFile file = Cases.throughProxy()
                    .on(untrusted(REPLICA, LAB_ROOT))
                    .control(REPLICA, LAB_ROOT)
                    .failed();

            assertCause(file, "tls.replica-ca-not-trusted", LIKELY);
            assertSilent(file, "tls.inspected");
        }
    }

    @Nested
    class SilenceAfterATrustedHandshake {
        @Test
        void aloneIsNoInspection() {
            CaseFile file = Cases.throughProxy()
                    .on(asked(FORGED, ACME)
                            .andThen(wire -> wire.exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT)))
                    .failed();

            assertUnexplained(file);
        }

        @Test
        void isLikelyInspectionWhereTheProductIsRecognised() {
            CertificateFacts forged = leaf("CN=replica.test", ZSCALER);

            assertCause(Cases.throughProxy().on(silent(forged, ZSCALER)).failed(), "tls.inspected", LIKELY);
        }

        @Test
        void whileALargeBodyIsTakenInIsNothing() {
            CaseFile file = Cases.direct()
                    .on(asked(REPLICA, LAB_ROOT)
                            .andThen(wire -> wire.replicaAnswers(Exchange.ANNOUNCE)
                                    .replicaAnswers(Exchange.DECLARE)
                                    .exchangeFails(Exchange.SLICE, FailureKind.TIMED_OUT)))
                    .failed();

            Unexplained unexplained = assertUnexplained(file);

            assertThat(unexplained.phase()).isEqualTo(Phase.TRANSFER);
            assertThat(unexplained.alsoPossible()).isEmpty();
        }

        @Test
        void isAConsequenceWhereThePinSettlesIt() {
            Diagnosed diagnosed = assertCause(
                    Cases.throughProxy()
                            .pinned(REPLICA)
                            .on(silent(FORGED, ACME))
                            .failed(),
                    "tls.inspected",
                    CERTAIN);

            assertThat(diagnosed.consequences())
                    .singleElement()
                    .satisfies(piece -> assertThat(piece.kind()).isEqualTo("exchange-failed"));
        }
    }

    @Nested
    class DateHeaders {
        @ParameterizedTest
        @ValueSource(strings = {"Sun, 22 Nov 2026 10:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "no date"})
        void changeNoVerdict(String date) {
            Consumer<Wire> refusal = wire -> wire.connected()
                    .tunnelAnswers(403, "Forbidden", "", Map.of("date", date, "server", "squid/5.7"), false);
            Consumer<Wire> page = unasked(FORGED, ACME)
                    .andThen(wire -> wire.foreignAnswer(Exchange.ANNOUNCE, 502, Map.of("date", date), "Bad Gateway"));

            assertCause(Cases.throughProxy().on(refusal).failed(), "tunnel.refused", CERTAIN);
            assertCause(Cases.throughProxy().on(page).failed(), "mtls.not-requested", CERTAIN);
        }
    }

    @Nested
    class ALoadBalancerWithAnAcceptedLeafThatSendsAnotherHelloOn {
        private final CertificateFacts front = leaf("CN=front.test,O=Lab Corp", LAB_ROOT);

        @Test
        void isNamedAndNotCalledInspection() {
            CaseFile file = Cases.direct()
                    .on(unasked(front, LAB_ROOT)
                            .andThen(wire -> wire.viewOfAnother(REPLICA, front)
                                    .foreignAnswer(Exchange.SLICE, 413, SQUID, "too large")))
                    .failed();

            Diagnosed diagnosed = assertCause(file, "tls.terminated-at-replica-side", CERTAIN);

            assertThat(names(diagnosed.alsoPossible())).doesNotContain("tls.inspected");
            assertSilent(file, "tls.inspected");
        }

        @Test
        void isNamedWhereItAsksForACertificateItself() {
            CaseFile file = Cases.direct()
                    .pinned(LAB_ROOT)
                    .on(asked(front, LAB_ROOT)
                            .andThen(wire -> wire.foreignAnswer(Exchange.ANNOUNCE, 503, Map.of(), "no server")
                                    .account(Optional.empty(), REPLICA)))
                    .failed();

            assertCause(file, "tls.terminated-at-replica-side", LIKELY);
        }

        /** HAProxy does, over HTTP/2, when its own handshake with the replica has failed. */
        @Test
        void isNamedWhereItRefusesTheRequestInsideTheSession() {
            CaseFile file = Cases.direct()
                    .pinned(LAB_ROOT)
                    .on(asked(front, LAB_ROOT)
                            .andThen(wire -> wire.exchangeFails(Exchange.ANNOUNCE, FailureKind.STREAM_REFUSED)
                                    .account(Optional.empty(), REPLICA)))
                    .failed();

            assertCause(file, "tls.terminated-at-replica-side", LIKELY);
        }

        @Test
        void isAFindingWhereItWorks() {
            CaseFile file = Cases.direct()
                    .pinned(LAB_ROOT)
                    .on(asked(front, LAB_ROOT)
                            .andThen(wire -> wire.viewOfAnother(REPLICA).receipt()))
                    .succeeded();

            assertWorks(file, "tls.terminated-at-replica-side");
        }

        @Test
        void isNotCalledInspectionWhereTheReplicaWasNotToldOfIt() {
            // Nothing but the common issuer speaks for the front: then only what is sure is said.
            CaseFile file = Cases.direct()
                    .on(unasked(front, LAB_ROOT)
                            .andThen(wire ->
                                    wire.viewOfAnother(REPLICA).exchangeFails(Exchange.SLICE, FailureKind.RESET)))
                    .failed();

            assertCause(file, "mtls.not-requested", CERTAIN);
        }
    }

    @Nested
    class AControlThatFailed {
        @Test
        void provesNothing() {
            CaseFile with = Cases.throughProxy()
                    .on(silent(FORGED, ACME))
                    .controlFailed()
                    .failed();
            CaseFile without = Cases.throughProxy().on(silent(FORGED, ACME)).failed();

            assertThat(Judgement.verdict(with)).isEqualTo(Judgement.verdict(without));
        }
    }

    @Nested
    class AViewThatAnybodyCouldHaveSigned {
        @Test
        void countsForNothing() {
            CaseFile file = Cases.throughProxy()
                    .pinned(REPLICA)
                    .on(unasked(FORGED, ACME)
                            .andThen(wire -> wire.view(
                                            Views.accepted(wire.random(), CLIENT, Optional.empty()), false, FORGED)
                                    .exchangeFails(Exchange.SLICE, FailureKind.RESET)))
                    .failed();

            assertCause(file, "tls.inspected", CERTAIN);
        }
    }

    @Nested
    class TheReplicasAccount {
        @Test
        void ofAnUnreceivedHelloIsEvidenceOfTheFinding() {
            CaseFile file = Cases.throughProxy()
                    .pinned(REPLICA)
                    .on(silent(FORGED, ACME).andThen(wire -> wire.account(Optional.empty(), REPLICA)))
                    .failed();

            assertThat(assertCause(file, "tls.inspected", CERTAIN).finding().because())
                    .hasAtLeastOneElementOfType(AccountGiven.class);
        }

        @Test
        void thatListsTheIntermediateOnlyIsNoRecognition() {
            CertificateFacts below = intermediate("CN=Lab Issuing CA,O=Lab Corp", LAB_ROOT);
            CaseFile file = Cases.direct()
                    .on(silent(FORGED, ACME).andThen(wire -> wire.account(Optional.empty(), below)))
                    .failed();

            assertThat(claim(file, "tls.inspected")).isPresent();
        }
    }

    private static void possible(Finding finding) {
        assertThat(finding.confidence()).isEqualTo(POSSIBLE);
    }
}
