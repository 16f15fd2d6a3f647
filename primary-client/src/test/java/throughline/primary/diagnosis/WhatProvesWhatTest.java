package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.ACME;
import static throughline.primary.diagnosis.Certificates.FORGED;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.NOW;
import static throughline.primary.diagnosis.Certificates.OTHER_NODE;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.renewed;
import static throughline.primary.diagnosis.Certificates.sha256;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;
import static throughline.primary.diagnosis.Confidence.POSSIBLE;
import static throughline.primary.diagnosis.Handshakes.asked;
import static throughline.primary.diagnosis.Handshakes.silent;
import static throughline.primary.diagnosis.Handshakes.unasked;
import static throughline.primary.diagnosis.Judgement.assertCause;
import static throughline.primary.diagnosis.Judgement.assertSilent;
import static throughline.primary.diagnosis.Judgement.assertUnexplained;
import static throughline.primary.diagnosis.Judgement.assertWorks;
import static throughline.primary.diagnosis.Judgement.claim;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.Witness;

/**
 * The table "What proves what" of the design: certificate, exporter, random and key manager. What is seen more often and
 * proves less is in {@link WhatProvesLittleTest}.
 */
class WhatProvesWhatTest {
    @Nested
    class TheLeafIsOneTheReplicaServesAndTheHandshakeFinished {
        @Test
        void byPinOfTheLeafProvesThatNobodyWithoutTheReplicasKeyEndedTls() {
            CaseFile file = Cases.throughProxy()
                    .pinned(REPLICA)
                    .on(silent(REPLICA, LAB_ROOT))
                    .failed();

            assertSilent(file, "tls.inspected");
        }

        @Test
        void byPinOfItsIssuerAsWell() {
            CaseFile file = Cases.throughProxy()
                    .pinned(LAB_ROOT)
                    .on(silent(REPLICA, LAB_ROOT))
                    .failed();

            assertSilent(file, "tls.inspected");
        }

        @Test
        void byPinOfAnIssuerThatOnlyTheValidatedPathContains() {
            // A server need not send its root (RFC 8446 section 4.4.2); nginx does not.
            CaseFile file = Cases.throughProxy()
                    .pinned(LAB_ROOT)
                    .on(wire -> wire.hello()
                            .showsTrusted(REPLICA)
                            .finishes(REPLICA, LAB_ROOT)
                            .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT))
                    .failed();

            assertSilent(file, "tls.inspected");
        }

        @Test
        void byTheReplicasSignedViewAsWell() {
            CaseFile file = Cases.throughProxy()
                    .on(asked(REPLICA, LAB_ROOT)
                            .andThen(wire -> wire.viewOfOurs(Optional.empty(), REPLICA)
                                    .exchangeFails(Exchange.SLICE, FailureKind.RESET)))
                    .failed();

            assertSilent(file, "tls.inspected");
            assertUnexplained(file);
        }

        @Test
        void byDirectControlAsWell() {
            CaseFile file = Cases.throughProxy()
                    .on(silent(REPLICA, LAB_ROOT))
                    .control(REPLICA, LAB_ROOT)
                    .failed();

            assertSilent(file, "tls.inspected");
        }

        @Test
        void doesNotProveThatNoHolderOfThatKeyDid() {
            CaseFile file = Cases.direct()
                    .pinned(REPLICA)
                    .on(asked(REPLICA, LAB_ROOT)
                            .andThen(wire -> wire.viewOfAnother(REPLICA)
                                    .foreignAnswer(Exchange.SLICE, 503, Map.of(), "no server available")))
                    .failed();

            assertCause(file, "tls.terminated-at-replica-side", CERTAIN);
            assertSilent(file, "tls.inspected");
        }

        @Test
        void provesNothingOfWhoHoldsTheKeyWhereTheHandshakeDidNotFinish() {
            // The replica's certificate is public: anybody may show it, and fails at the proof of the key.
            CaseFile file = Cases.direct()
                    .pinned(REPLICA)
                    .on(wire -> wire.hello()
                            .showsTrusted(REPLICA, LAB_ROOT)
                            .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.TLS)
                            .account(Optional.empty(), REPLICA))
                    .failed();

            assertSilent(file, "tls.terminated-at-replica-side");
            assertUnexplained(file);
        }

        @Test
        void aCertificateThatIsMerelySentAlongCountsForNothing() {
            // Anybody may append the replica's root; the pin counts only among certificates that sign each other.
            CaseFile file = Cases.throughProxy()
                    .pinned(LAB_ROOT)
                    .on(wire -> wire.hello()
                            .shows(1, false, false, FORGED, LAB_ROOT)
                            .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED))
                    .failed();

            assertCause(file, "tls.inspected", LIKELY);
        }
    }

    @Nested
    class EqualTlsExporter {
        @Test
        void provesOneTlsSessionEndToEndWhateverThePinSays() {
            CaseFile file = Cases.throughProxy()
                    .pinned(REPLICA)
                    .on(wire -> wire.hello()
                            .showsTrusted(renewed(REPLICA), LAB_ROOT)
                            .finishesWithBinding(renewed(REPLICA), LAB_ROOT)
                            .viewOfOurs(Wire.binding(), REPLICA)
                            .exchangeFails(Exchange.SLICE, FailureKind.RESET))
                    .failed();

            assertSilent(file, "tls.inspected", "tls.terminated-at-replica-side");
        }

        @Test
        void absentOnBothEndsProvesNothing() {
            // A runtime without exporter has none to compare; that is not equality.
            CaseFile file = Cases.throughProxy()
                    .on(unasked(FORGED, ACME)
                            .andThen(wire ->
                                    wire.viewOfAnother(REPLICA).exchangeFails(Exchange.SLICE, FailureKind.RESET)))
                    .failed();

            assertCause(file, "tls.inspected", CERTAIN);
        }
    }

    @Nested
    class TheReplicaReceivedOurRandom {
        @Test
        void doesNotProveThatTlsWasNotEnded() {
            // squid's peek forwards the hello, then forges: the replica saw our random, and nobody showed a
            // certificate.
            CaseFile file = Cases.throughProxy()
                    .on(silent(FORGED, ACME)
                            .andThen(wire -> wire.account(Optional.of(Views.noneSent(wire.random())), REPLICA)))
                    .failed();

            assertCause(file, "tls.inspected", CERTAIN);
        }

        @Test
        void doesNotMakeTheForgedLeafTheReplicas() {
            CaseFile file = Cases.throughProxy()
                    .on(silent(FORGED, ACME).andThen(wire -> wire.account(Optional.of(Views.noneSent(wire.random())))))
                    .failed();

            assertCause(file, "mtls.not-requested", CERTAIN);
        }
    }

    @Nested
    class TheReplicaReceivedNoSuchRandom {
        private CaseFile silentWith(Consumer<Wire> account) {
            return Cases.throughProxy()
                    .on(silent(FORGED, ACME).andThen(account))
                    .failed();
        }

        @Test
        void isLikelyInspectionWhereTheReplicaWasLooking() {
            assertCause(silentWith(wire -> wire.account(Optional.empty())), "tls.inspected", LIKELY);
        }

        @Test
        void provesNothingWhereTheLogBeganAfterTheHello() {
            CaseFile file = silentWith(wire -> wire.account(Views.BOOT, NOW.plusSeconds(1), Optional.empty()));

            assertCause(file, "mtls.not-requested", CERTAIN);
            assertThat(claim(file, "tls.inspected")).hasValueSatisfying(WhatProvesWhatTest::possible);
        }

        @Test
        void provesNothingWithoutTheIdentityOfTheLog() {
            CaseFile file = silentWith(wire -> wire.account("", NOW.minusSeconds(3600), Optional.empty()));

            assertThat(claim(file, "tls.inspected")).hasValueSatisfying(WhatProvesWhatTest::possible);
        }

        @Test
        void provesNothingWhereAnotherNodeHasReceivedIt() {
            CaseFile file = silentWith(wire -> wire.account(Optional.of(Views.endedBeforeOurCertificate(wire.random())))
                    .account("another node", NOW.minusSeconds(3600), Optional.empty()));

            assertThat(claim(file, "tls.inspected")).hasValueSatisfying(WhatProvesWhatTest::possible);
        }

        @Test
        void provesNothingWhereTheReplicaWeMetBeforeIsAnotherNode() {
            CaseFile file = Cases.throughProxy()
                    .on(asked(REPLICA, LAB_ROOT).andThen(wire -> wire.viewOfOurs(Optional.empty(), REPLICA)))
                    .on(unasked(FORGED, ACME)
                            .andThen(wire -> wire.exchangeFails(Exchange.SLICE, FailureKind.TIMED_OUT)
                                    .account("another node", NOW.minusSeconds(3600), Optional.empty())))
                    .failed();

            assertThat(claim(file, "tls.inspected")).hasValueSatisfying(WhatProvesWhatTest::possible);
        }

        @Test
        void provesNothingOfAnotherConnectionsRandom() {
            CaseFile file = silentWith(wire -> wire.accountOf(
                    sha256("another connection's"), Views.BOOT, NOW.minusSeconds(3600), Optional.empty()));

            assertThat(claim(file, "tls.inspected")).hasValueSatisfying(WhatProvesWhatTest::possible);
        }

        @Test
        void isNeverMoreThanLikelyEvenWithAnAcceptedLeaf() {
            CaseFile file = Cases.direct()
                    .pinned(LAB_ROOT)
                    .on(silent(OTHER_NODE, LAB_ROOT).andThen(wire -> wire.account(Optional.empty(), REPLICA)))
                    .failed();

            assertCause(file, "tls.terminated-at-replica-side", LIKELY);
        }
    }

    @Nested
    class TheKeyManagerWasNeverAskedInAFullHandshake {
        @ParameterizedTest
        @ValueSource(ints = {Wire.TLS_1_2, Wire.TLS_1_3})
        void provesThatTheOtherEndDidNotAsk(int version) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.hello(version)
                            .showsTrusted(FORGED, ACME)
                            .finishes(FORGED, ACME)
                            .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT))
                    .failed();

            assertCause(file, "mtls.not-requested", CERTAIN);
        }

        @Test
        void doesNotProveInspection() {
            Diagnosed diagnosed =
                    assertCause(Cases.direct().on(silent(FORGED, ACME)).failed(), "mtls.not-requested", CERTAIN);

            assertThat(diagnosed.alsoPossible())
                    .filteredOn(other -> other.rule().value().equals("tls.inspected"))
                    .singleElement()
                    .satisfies(WhatProvesWhatTest::possible);
        }

        @ParameterizedTest
        @ValueSource(ints = {Wire.TLS_1_2, Wire.TLS_1_3})
        void provesNothingOnAResumedSession(int version) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.reaches()
                            .sendsHello()
                            .serverHello(version, true)
                            .finishes(FORGED, ACME)
                            .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT))
                    .failed();

            assertUnexplained(file);
        }

        @ParameterizedTest
        @ValueSource(strings = {"KEY_MANAGER", "SOCKET_TAP", "CALL_EVENTS"})
        void provesNothingWhereNobodyWasLooking(String witness) {
            CaseFile file = Cases.throughProxy()
                    .on(silent(FORGED, ACME))
                    .without(Witness.valueOf(witness))
                    .failed();

            assertSilent(file, "mtls.not-requested");
            assertUnexplained(file);
        }

        @Test
        void isWorthKnowingWhereItWorksAllTheSame() {
            CaseFile file = Cases.direct()
                    .pinned(REPLICA)
                    .on(unasked(REPLICA, LAB_ROOT)
                            .andThen(wire ->
                                    wire.viewOfOurs(Optional.empty(), REPLICA).receipt()))
                    .succeeded();

            assertWorks(file, "mtls.not-requested");
        }
    }

    private static void possible(Finding finding) {
        assertThat(finding.confidence()).isEqualTo(POSSIBLE);
    }
}
