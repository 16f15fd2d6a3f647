package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.FORGED;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;
import static throughline.primary.diagnosis.Judgement.assertCause;
import static throughline.primary.diagnosis.Judgement.assertSilent;
import static throughline.primary.diagnosis.Judgement.assertUnexplained;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.Sender;

/** When TLS with the proxy is the cause, and when it only ended with everything else. */
class ProxyTlsRulesTest {
    private static final String RULE = "proxy.tls-failed";

    @ParameterizedTest
    @EnumSource(names = {"UNTRUSTED", "OTHER_NAME", "ALERT"})
    void aWordOnTheSessionIsCertain(FailureKind kind) {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.connected().proxyTlsFails(kind, FORGED))
                .failed();

        assertCause(file, RULE, CERTAIN);
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS", "CLOSED", "RESET", "TIMED_OUT", "OTHER"})
    void anEndWithoutAWordIsLikely(FailureKind kind) {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.connected().proxyTlsFails(kind))
                .failed();

        assertCause(file, RULE, LIKELY);
    }

    @Test
    void thatWeGaveUpIsNoFault() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.connected().proxyTlsFails(FailureKind.CANCELLED))
                .failed();

        assertUnexplained(file);
    }

    /** A break in the middle of the replica's handshake comes first, however loud what follows is. */
    @Test
    void itPrecedesWhatItDidToTheHandshakeInside() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.connected()
                        .proxyTlsFinishes(false, false, REPLICA, LAB_ROOT)
                        .tunnelAnswers(200, "OK", "")
                        .sendsHello()
                        .proxyTlsFails(FailureKind.TLS)
                        .handshakeFails(Phase.HELLO, FailureKind.RESET))
                .failed();

        assertCause(file, RULE, LIKELY);
    }

    @Test
    void itIsSilentWhereALaterSessionStood() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.connected()
                        .proxyTlsFails(FailureKind.TLS)
                        .connected()
                        .proxyTlsFinishes(false, false, REPLICA, LAB_ROOT)
                        .tunnelAnswers(403, "Forbidden", ""))
                .failed();

        assertSilent(file, RULE);
        assertCause(file, "tunnel.refused", CERTAIN);
    }

    @Test
    void itIsSilentBehindAnAlertOfTheReplica() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.connected()
                        .proxyTlsFinishes(false, false, REPLICA, LAB_ROOT)
                        .tunnelAnswers(200, "OK", "")
                        .sendsHello()
                        .alert(Sender.PEER, 40, "handshake_failure")
                        .handshakeFails(Phase.HELLO, FailureKind.ALERT)
                        .proxyTlsFails(FailureKind.TLS))
                .failed();

        assertSilent(file, RULE);
    }

    @Test
    void aCertificateThatWasAskedForExplainsAnEndWithoutAnAnswer() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.connected()
                        .proxyTlsFinishes(true, false, REPLICA, LAB_ROOT)
                        .tunnelFails(FailureKind.RESET, ""))
                .failed();

        assertCause(file, RULE, LIKELY);
    }

    @Test
    void anotherNameIsNotMendedByTrust() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.connected().proxyTlsFails(FailureKind.OTHER_NAME, FORGED))
                .failed();

        assertThat(assertCause(file, RULE, CERTAIN).finding().remedy())
                .contains("192.0.2.9")
                .doesNotContain("Trust");
    }

    /** As stunnel does under TLS 1.2. */
    @Test
    void whoAskedForACertificateSpeaksTls() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.connected().proxyTlsFailsAfterAskingForACertificate(FailureKind.BROKEN_PIPE))
                .failed();

        assertThat(assertCause(file, RULE, LIKELY).finding().remedy())
                .contains("client certificate")
                .doesNotContain("http://");
    }

    @Test
    void aCertificateThatWasAskedForExplainsNoAnswer() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.connected()
                        .proxyTlsFinishes(true, false, REPLICA, LAB_ROOT)
                        .tunnelAnswers(403, "Forbidden", "", Map.of(), false))
                .failed();

        assertSilent(file, RULE);
        assertCause(file, "tunnel.refused", CERTAIN);
    }
}
