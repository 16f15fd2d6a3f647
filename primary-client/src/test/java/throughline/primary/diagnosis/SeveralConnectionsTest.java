package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.ACME;
import static throughline.primary.diagnosis.Certificates.CLIENT;
import static throughline.primary.diagnosis.Certificates.FORGED;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.expired;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;
import static throughline.primary.diagnosis.Judgement.assertCause;
import static throughline.primary.diagnosis.Judgement.assertUnexplained;
import static throughline.primary.diagnosis.Judgement.assertWorks;

import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.protocol.ConnectionView.CertificateRefusal;
import throughline.protocol.RefusalReason;

/** Attempts that open, reuse and lose more than one connection. */
class SeveralConnectionsTest {
    private static Wire mutual(Wire wire) {
        return wire.hello()
                .showsTrusted(REPLICA, LAB_ROOT)
                .asked(CertificateAnswer.SENT)
                .named(true, "replica.test")
                .finishes(REPLICA, LAB_ROOT);
    }

    private static Wire rejected(Wire wire) {
        return mutual(wire).exchangeFails(Exchange.ANNOUNCE, FailureKind.BROKEN_PIPE);
    }

    private static Wire inspected(Wire wire) {
        return wire.hello()
                .showsTrusted(FORGED, ACME)
                .named(true, "replica.test")
                .finishes(FORGED, ACME)
                .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT);
    }

    private static Wire used(Wire wire) {
        return mutual(wire).viewOfOurs(Optional.empty(), REPLICA).receipt();
    }

    private static Wire breaks(Wire wire) {
        return wire.exchangeFails(Exchange.SLICE, FailureKind.CLOSED);
    }

    private static Consumer<Wire> address(String address, FailureKind kind) {
        return wire -> wire.connectFails(Leg.REPLICA, address, kind);
    }

    @Test
    void theAddressThatLostTheRaceIsNoFailureOfAWorkingAttempt() {
        CaseFile file = Cases.direct()
                .on(address("[2001:db8::1]:8443", FailureKind.CANCELLED))
                .on(SeveralConnectionsTest::used)
                .succeeded();

        assertWorks(file);
    }

    @Test
    void theAddressThatLostTheRaceIsNotTheCauseOfAFailingOne() {
        CaseFile file = Cases.direct()
                .on(SeveralConnectionsTest::rejected)
                .on(address("[2001:db8::1]:8443", FailureKind.CANCELLED))
                .failed();

        Diagnosed diagnosed = assertCause(file, "mtls.certificate-rejected", LIKELY);

        assertThat(diagnosed.consequences()).isEmpty();
    }

    @Test
    void anAddressThatWasGivenUpDoesNotHideTheOneThatRefused() {
        CaseFile file = Cases.direct()
                .on(address("192.0.2.2:8443", FailureKind.REFUSED))
                .on(address("[2001:db8::1]:8443", FailureKind.CANCELLED))
                .failed();

        assertCause(file, "replica.unreachable", CERTAIN);
    }

    @Test
    void ofTwoAddressesTheOneThatGotFurtherDecides() {
        CaseFile first = Cases.direct()
                .on(address("192.0.2.2:8443", FailureKind.REFUSED))
                .on(SeveralConnectionsTest::rejected)
                .failed();
        CaseFile second = Cases.direct()
                .on(SeveralConnectionsTest::rejected)
                .on(address("192.0.2.2:8443", FailureKind.REFUSED))
                .failed();

        assertCause(first, "mtls.certificate-rejected", LIKELY);
        assertCause(second, "mtls.certificate-rejected", LIKELY);
    }

    @Test
    void ofTwoAddressesThatRefuseNeitherIsReached() {
        CaseFile file = Cases.direct()
                .on(address("192.0.2.2:8443", FailureKind.REFUSED))
                .on(address("192.0.2.3:8443", FailureKind.TIMED_OUT))
                .failed();

        assertCause(file, "replica.unreachable", CERTAIN);
    }

    @Test
    void aHandshakeThatIsRepeatedAndFailsAgainChangesNothing() {
        Consumer<Wire> untrusted = wire -> wire.hello()
                .showsUntrusted(REPLICA, LAB_ROOT)
                .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED);

        Diagnosed once = assertCause(Cases.direct().on(untrusted).failed(), "tls.replica-ca-not-trusted", LIKELY);
        Diagnosed twice =
                assertCause(Cases.direct().on(untrusted).on(untrusted).failed(), "tls.replica-ca-not-trusted", LIKELY);

        assertThat(twice.finding().explanation()).isEqualTo(once.finding().explanation());
        assertThat(twice.finding().because()).extracting(Evidence::connection).containsOnly(2);
    }

    @Test
    void theReplicasAccountOfTheOtherHandshakeIsNotMistakenForThisOnes() {
        CaseFile file = Cases.direct()
                .identity(expired(CLIENT))
                .on(wire -> rejected(wire)
                        .account(
                                Optional.of(Views.refused(wire.random(), expired(CLIENT), CertificateRefusal.EXPIRED)),
                                REPLICA))
                .on(wire -> rejected(wire).account(Optional.empty(), REPLICA))
                .failed();

        assertCause(file, "mtls.certificate-rejected", LIKELY);
    }

    @Test
    void aStaleConnectionThatBreaksIsForgottenOverANewOneThatIsRefused() {
        CaseFile file = Cases.direct()
                .onKeptOpen(SeveralConnectionsTest::used, SeveralConnectionsTest::breaks)
                .on(address("192.0.2.2:8443", FailureKind.REFUSED))
                .failed();

        Diagnosed diagnosed = assertCause(file, "replica.unreachable", CERTAIN);

        assertThat(diagnosed.consequences()).isEmpty();
    }

    @Test
    void aStaleConnectionThatBreaksIsForgottenOverANewOneThatIsInspected() {
        CaseFile file = Cases.throughProxy()
                .pinned(REPLICA)
                .onKeptOpen(SeveralConnectionsTest::used, SeveralConnectionsTest::breaks)
                .on(SeveralConnectionsTest::inspected)
                .failed();

        assertCause(file, "tls.inspected", CERTAIN);
    }

    @Test
    void aStaleConnectionThatBreaksAloneIsNoRefusedCertificate() {
        CaseFile file = Cases.direct()
                .onKeptOpen(SeveralConnectionsTest::used, SeveralConnectionsTest::breaks)
                .failed();

        assertThat(assertUnexplained(file).phase()).isEqualTo(Phase.TRANSFER);
    }

    private static Wire answered(Wire wire) {
        return mutual(wire).replicaAnswers(Exchange.ANNOUNCE);
    }

    /** A replica that stops looks on its newest connection just like one that rejects a certificate. */
    @Test
    void aReplicaThatAnsweredOnAKeptConnectionDoesNotRejectTheSameCertificateOnTheNext() {
        CaseFile file = Cases.direct()
                .onKeptOpen(
                        SeveralConnectionsTest::used,
                        wire -> wire.replicaAnswers(Exchange.ANNOUNCE).exchangeFails(Exchange.SLICE, FailureKind.RESET))
                .on(SeveralConnectionsTest::rejected)
                .failed();

        assertUnexplained(file);
    }

    @Test
    void ofTransfersThatAreCutTheOneThatHadNotBegunIsNoRefusedCertificate() {
        CaseFile file = Cases.direct()
                .on(wire -> answered(wire).exchangeFails(Exchange.SLICE, FailureKind.RESET))
                .on(SeveralConnectionsTest::rejected)
                .failed();

        assertThat(assertUnexplained(file).phase()).isEqualTo(Phase.TRANSFER);
    }

    @Test
    void ofTransfersThatAreCutTheOneThatCannotEvenConnectIsNotTheWholeStory() {
        CaseFile file = Cases.direct()
                .on(wire -> answered(wire).exchangeFails(Exchange.SLICE, FailureKind.RESET))
                .on(address("192.0.2.2:8443", FailureKind.REFUSED))
                .failed();

        assertThat(assertUnexplained(file).phase()).isEqualTo(Phase.TRANSFER);
    }

    @Test
    void ofTransfersSideBySideTheOneThatIsRefusedDecides() {
        Consumer<Wire> refused =
                wire -> answered(wire).refused(Exchange.SLICE, RefusalReason.STORE_FULL, "no space left");
        Consumer<Wire> fine = wire -> answered(wire).replicaAnswers(Exchange.SLICE);
        Consumer<Wire> cancelled = wire -> answered(wire).exchangeFails(Exchange.SLICE, FailureKind.CANCELLED);

        assertCause(Cases.direct().on(refused).on(fine).failed(), "exchange.refused", CERTAIN);
        assertCause(Cases.direct().on(fine).on(refused).failed(), "exchange.refused", CERTAIN);
        assertCause(Cases.direct().on(refused).on(cancelled).failed(), "exchange.refused", CERTAIN);
        assertCause(Cases.direct().on(cancelled).on(refused).on(cancelled).failed(), "exchange.refused", CERTAIN);
    }

    @Test
    void aRefusalOnAKeptConnectionDecidesOverANewOneThatCouldNotBeOpened() {
        CaseFile file = Cases.direct()
                .onKeptOpen(
                        SeveralConnectionsTest::used,
                        wire -> wire.replicaAnswers(Exchange.ANNOUNCE)
                                .refused(Exchange.SLICE, RefusalReason.FENCED, "a newer epoch"))
                .on(address("192.0.2.2:8443", FailureKind.REFUSED))
                .failed();

        assertCause(file, "exchange.refused", CERTAIN);
    }

    @Test
    void aKeptConnectionWhoseHandshakeLiesInThePastWorks() {
        CaseFile file = Cases.direct()
                .onKeptOpen(
                        SeveralConnectionsTest::used,
                        wire -> wire.viewOfOurs(Optional.empty(), REPLICA).receipt())
                .succeeded();

        assertWorks(file);
    }

    @Test
    void aKeptConnectionThroughAnInspectorIsStillFoundOut() {
        CaseFile file = Cases.throughProxy()
                .pinned(REPLICA)
                .onKeptOpen(
                        wire -> wire.hello().showsTrusted(FORGED, ACME).finishes(FORGED, ACME),
                        wire -> wire.viewOfAnother(REPLICA).receipt())
                .succeeded();

        assertWorks(file, "tls.inspected", "mtls.not-requested");
    }

    @ParameterizedTest
    @ValueSource(ints = {Wire.TLS_1_2, Wire.TLS_1_3})
    void aResumedSessionDoesNotChangeTheVerdict(int version) {
        Consumer<Wire> resumed = wire -> wire.reaches()
                .sendsHello()
                .serverHello(version, true)
                .finishes(FORGED, ACME)
                .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT)
                .account(Optional.empty(), REPLICA);

        assertCause(Cases.throughProxy().pinned(REPLICA).on(resumed).failed(), "tls.inspected", CERTAIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {Wire.TLS_1_2, Wire.TLS_1_3})
    void aResumedSessionWithTheReplicaWorksWithoutAnyoneBeingAsked(int version) {
        CaseFile file = Cases.direct()
                .on(wire -> wire.reaches()
                        .sendsHello()
                        .serverHello(version, true)
                        .finishes(REPLICA, LAB_ROOT)
                        .viewOfOurs(Optional.empty(), REPLICA)
                        .receipt())
                .succeeded();

        assertWorks(file);
    }

    @Test
    void anAttemptThatNeverOpenedAConnectionIsExplainedByWhatBelongsToItAsAWhole() {
        assertCause(Cases.direct().nameUnresolved().failed(), "replica.unreachable", CERTAIN);
    }

    @Test
    void anAttemptOfWhichNothingIsKnownIsUnexplained() {
        assertThat(assertUnexplained(Cases.direct().failed()).phase()).isEqualTo(Phase.CONFIGURATION);
    }
}
