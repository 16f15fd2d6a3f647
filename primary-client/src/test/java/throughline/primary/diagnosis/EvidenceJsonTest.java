package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.ACME;
import static throughline.primary.diagnosis.Certificates.FORGED;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.REPLICA;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameResolved;
import throughline.primary.evidence.PathEvidence.SocksStep;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.primary.evidence.TlsEvidence.Sender;
import throughline.protocol.ConnectionView.CertificateRefusal;
import throughline.protocol.Json;
import throughline.protocol.RefusalReason;

/** A case file is read again years later: every kind of evidence survives as JSON. */
class EvidenceJsonTest {
    private static final Json JSON = Json.withKinds(Evidence.class, Evidence.KINDS);

    /** At least one piece of every kind, on two connections of one impossible attempt. */
    private static final CaseFile SAMPLE = Cases.throughProxy()
            .pinned(REPLICA, LAB_ROOT)
            .onKeptOpen(
                    wire -> wire.connectFails(FailureKind.REFUSED)
                            .connected()
                            .proxyTlsFinishes(true, false, REPLICA, LAB_ROOT)
                            .proxyTlsFails(FailureKind.UNTRUSTED, FORGED, ACME)
                            .socksAnswers(SocksStep.METHOD, 255, false)
                            .socksAnswers(SocksStep.AUTHENTICATION, 1, true)
                            .socksAnswers(SocksStep.CONNECT, 5, true)
                            .withholdsCredentials()
                            .loginFails(FailureKind.TIMED_OUT)
                            .tunnelFails(FailureKind.HTTP, "SSH-2.0")
                            .tunnelAnswers(
                                    407, "Proxy Authentication Required", "<p>no</p>", Map.of("via", "1.1 p"), true)
                            .sendsHello()
                            .serverHello(Wire.TLS_1_2, true)
                            .notTls("<html>")
                            .alert(Sender.PEER, 42, "bad_certificate")
                            .showsTrusted(REPLICA, LAB_ROOT)
                            .showsUntrusted(FORGED, ACME)
                            .revocation(REPLICA, State.REVOKED, Source.OCSP, Optional.of("http://ocsp.test/"))
                            .revocation(REPLICA, State.UNKNOWN, Source.NONE, Optional.empty())
                            .named(false, "other.test", "192.0.2.1")
                            .asked(CertificateAnswer.SENT)
                            .asked(CertificateAnswer.KEY_NOT_ACCEPTED)
                            .finishes(REPLICA, LAB_ROOT)
                            .finishesWithBinding(REPLICA, LAB_ROOT)
                            .goesOnAfterFinished()
                            .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.ALERT),
                    wire -> wire.foreignAnswer(Exchange.DECLARE, 502, Map.of("via", "1.1 p"), "Bad Gateway")
                            .exchangeFails(Exchange.SLICE, FailureKind.TIMED_OUT)
                            .refused(Exchange.SLICE, RefusalReason.FENCED, "a newer epoch")
                            .receipt()
                            .viewOfOurs(Wire.binding(), REPLICA)
                            .account(Optional.empty())
                            .account(Optional.of(Views.refused(
                                    wire.random(), Certificates.CLIENT, CertificateRefusal.UNKNOWN_ISSUER))))
            .nameUnresolved()
            .otherSeen()
            .control(REPLICA, LAB_ROOT)
            .controlFailed()
            .failed()
            .with(
                    Set.of(),
                    List.of(new NameResolved(
                            0, Duration.ZERO, Leg.REPLICA, "replica.test", List.of("192.0.2.1", "2001:db8::1"))));

    static Stream<Evidence> samples() {
        return SAMPLE.evidence().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyKindIsReadAsItWasWritten(Evidence piece) throws Exception {
        byte[] written = JSON.encode(piece);

        assertThat(JSON.decode(written, Evidence.class)).isEqualTo(piece);
        assertThat(new String(written, StandardCharsets.UTF_8)).contains("\"kind\":\"" + piece.kind() + "\"");
    }

    @Test
    void everyKindThereIsHasASampleAndAName() {
        Set<Class<?>> sampled = new HashSet<>();
        samples().forEach(piece -> sampled.add(piece.getClass()));

        assertThat(sampled).isEqualTo(alternatives(Evidence.class));
        assertThat(Set.copyOf(Evidence.KINDS.values())).isEqualTo(alternatives(Evidence.class));
    }

    private static Set<Class<?>> alternatives(Class<?> type) {
        if (!type.isSealed()) {
            return Set.of(type);
        }
        Set<Class<?>> all = new HashSet<>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            all.addAll(alternatives(permitted));
        }
        return all;
    }

    @Test
    void aWholeCaseIsReadAsItWasWrittenAndJudgedTheSame() throws Exception {
        CaseFile read = JSON.decode(JSON.encode(SAMPLE), CaseFile.class);

        assertThat(read).isEqualTo(SAMPLE);
        assertThat(Judgement.verdict(read)).isEqualTo(Judgement.verdict(SAMPLE));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyPieceSaysSomethingToPeople(Evidence piece) {
        assertThat(piece.text()).isNotBlank().doesNotContain("Optional").doesNotContain("  ");
    }
}
