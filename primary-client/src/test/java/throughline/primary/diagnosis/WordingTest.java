package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.CLIENT;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.NOW;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.authority;
import static throughline.primary.diagnosis.Certificates.dated;
import static throughline.primary.diagnosis.Certificates.expired;
import static throughline.primary.diagnosis.Certificates.leaf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;
import throughline.primary.diagnosis.Stories.Story;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.SocksStep;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.protocol.RefusalReason;

/** What people read: whole sentences with the real names, and never the advice to inspect nothing any more. */
class WordingTest {
    private static final List<String> RECIPES = List.of(
            "CN=Microsoft Forefront TMG HTTPS Inspection Certification Authority",
            "CN=mitmproxy,O=mitmproxy",
            "CN=FortiGate CA,O=Fortinet",
            "CN=Zscaler Root CA,O=Zscaler Inc.",
            "CN=decrypt,O=Palo Alto Networks");

    /** Every case of the stories without each of the sources in turn, and what the stories do not tell. */
    private static Stream<CaseFile> cases() {
        Stream<CaseFile> told = Stories.all()
                .map(Story::file)
                .flatMap(file -> Missing.everyCombination().stream()
                        .filter(missing -> missing.size() < 3)
                        .map(missing -> Missing.strip(file, missing)));
        return Stream.concat(told, others());
    }

    private static Stream<CaseFile> others() {
        return Stream.of(
                proxy(wire -> wire.reaches().sendsHello().handshakeFails(Phase.HELLO, FailureKind.CLOSED)),
                direct(wire -> wire.reaches()
                        .sendsHello()
                        .handshakeFails(Phase.HELLO, FailureKind.TIMED_OUT)
                        .account(Optional.empty(), Certificates.REPLICA)),
                proxy(wire -> wire.connectFails(FailureKind.REFUSED)),
                proxy(wire -> wire.connected().tunnelAnswers(407, "Authenticate", "")),
                proxy(wire -> wire.connected().tunnelAnswers(407, "Authenticate", "", Map.of(), true)),
                proxy(wire -> wire.connected().tunnelAnswers(403, "", "<p>Denied by policy.</p>")),
                proxy(wire -> wire.connected().tunnelAnswers(503, "Service Unavailable", "")),
                proxy(wire -> wire.connected().tunnelFails(FailureKind.TIMED_OUT, "")),
                proxy(wire -> wire.connected().tunnelFails(FailureKind.HTTP, "SSH-2.0")),
                proxy(wire -> wire.connected().proxyTlsFails(FailureKind.UNTRUSTED, REPLICA, LAB_ROOT)),
                proxy(wire -> wire.connected().proxyTlsFails(FailureKind.ALERT)),
                proxy(wire -> wire.connected().proxyTlsFails(FailureKind.TLS)),
                proxy(wire -> wire.connected()
                        .proxyTlsFinishes(true, false, REPLICA, LAB_ROOT)
                        .tunnelFails(FailureKind.CLOSED, "")),
                proxy(wire -> wire.connected().withholdsCredentials().tunnelAnswers(407, "Authenticate", "")),
                proxy(wire -> wire.connected().withholdsCredentials().socksAnswers(SocksStep.METHOD, 255, false)),
                proxy(wire ->
                        wire.connected().tunnelAnswers(407, "Authenticate", "").loginFails(FailureKind.TIMED_OUT)),
                proxy(wire -> wire.connected().socksAnswers(SocksStep.METHOD, 255, false)),
                proxy(wire -> wire.connected().socksAnswers(SocksStep.AUTHENTICATION, 1, true)),
                proxy(wire -> wire.connected().socksAnswers(SocksStep.CONNECT, 2, false)),
                proxy(wire -> wire.connected().socksAnswers(SocksStep.CONNECT, 5, false)),
                proxy(wire -> wire.reaches().sendsHello().notTls("<html>")),
                direct(wire -> wire.connectFails(Leg.REPLICA, "192.0.2.1:8443", FailureKind.TIMED_OUT)),
                direct(wire -> wire.reaches().sendsHello().notTls("HTTP/1.1 400 Bad Request")),
                direct(wire -> wire.hello()
                        .showsTrusted(REPLICA, LAB_ROOT)
                        .asked(CertificateAnswer.KEY_NOT_ACCEPTED)
                        .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.ALERT)),
                direct(wire -> wire.hello()
                        .showsTrusted(REPLICA, LAB_ROOT)
                        .asked(CertificateAnswer.SENT)
                        .finishes(REPLICA, LAB_ROOT)
                        .refused(Exchange.DECLARE, RefusalReason.DISK_MISMATCH, "64 MiB, not 32 MiB")),
                direct(wire -> wire.hello()
                        .showsInvalid(REPLICA, LAB_ROOT)
                        .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED)),
                proxy(wire -> wire.hello()
                        .showsTrusted(REPLICA, LAB_ROOT)
                        .revocation(REPLICA, State.REVOKED, Source.CRL, Optional.of("http://crl.test/ca.crl"))
                        .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED)),
                proxy(wire -> wire.hello()
                        .showsTrusted(REPLICA, LAB_ROOT)
                        .revocation(REPLICA, State.UNKNOWN, Source.CRL, Optional.of("http://crl.test/ca.crl"))
                        .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED)),
                direct(wire -> wire.hello()
                        .showsTrusted(REPLICA, LAB_ROOT)
                        .revocation(REPLICA, State.UNKNOWN, Source.NONE, Optional.empty())
                        .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED)),
                Cases.direct()
                        .identity(dated(CLIENT, NOW, NOW.plusSeconds(60)))
                        .on(Handshakes.asked(dated(REPLICA, NOW, NOW.plusSeconds(60)), LAB_ROOT))
                        .succeeded(),
                Cases.direct()
                        .identity(expired(CLIENT))
                        .on(wire -> wire.hello()
                                .showsTrusted(REPLICA, LAB_ROOT)
                                .asked(CertificateAnswer.SENT)
                                .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.RESET))
                        .failed());
    }

    private static CaseFile proxy(Consumer<Wire> connection) {
        return Cases.throughProxy().on(connection).failed();
    }

    private static CaseFile direct(Consumer<Wire> connection) {
        return Cases.direct().on(connection).failed();
    }

    /** All findings of all cases, each with the case it is of. */
    private static Stream<Finding> findings() {
        return cases().flatMap(WordingTest::findings).distinct();
    }

    private static Stream<Finding> findings(CaseFile file) {
        return Rules.all().stream()
                .flatMap(rule -> Judgement.claim(file, rule.id().value()).stream());
    }

    @Test
    void everyRuleIsRead() {
        TreeSet<String> read = new TreeSet<>();
        findings().forEach(finding -> read.add(finding.rule().value()));

        assertThat(read)
                .containsExactlyInAnyOrderElementsOf(
                        Rules.all().stream().map(rule -> rule.id().value()).toList());
    }

    @Test
    void explanationsAndRemediesAreWholeSentences() {
        List<String> texts = new ArrayList<>();
        findings().forEach(finding -> texts.addAll(List.of(finding.explanation(), finding.remedy())));

        assertThat(texts)
                .allSatisfy(text -> assertThat(text)
                        .doesNotContain("  ")
                        .doesNotContain(" .")
                        .doesNotContain(" ,")
                        .doesNotContain(" ;")
                        .doesNotContain("..")
                        .doesNotContain(",.")
                        .doesNotContain("()")
                        .doesNotContain("\"\"")
                        .doesNotContain("Optional")
                        .doesNotContain("null")
                        .doesNotContain("%s")
                        .doesNotMatch("(?s).*[a-z][.;:][A-Z].*")
                        .matches("(?s)([A-Z]|replica\\.test:8443 ).*\\."));
    }

    @Test
    void theRealHostIsNamed() {
        assertThat(findings())
                .allSatisfy(finding ->
                        assertThat(finding.explanation() + finding.remedy()).contains("replica.test"));
    }

    @Test
    void nobodyIsToldToInspectNothingAnyMore() {
        assertThat(findings())
                .allSatisfy(finding -> assertThat(finding.explanation() + " " + finding.remedy())
                        .doesNotContainIgnoringCase("disable inspection")
                        .doesNotContainIgnoringCase("disable")
                        .doesNotContainIgnoringCase("turn off")
                        .doesNotContainIgnoringCase("switch off"));
    }

    @Test
    void theIssuerShownIsNamedWhereverTheCertificateIsInDoubt() {
        assertThat(findings())
                .filteredOn(finding -> List.of("tls.inspected", "tls.replica-ca-not-trusted", "mtls.not-requested")
                        .contains(finding.rule().value()))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.explanation())
                        .containsPattern("issued by CN=(Acme TLS Inspection CA|Lab Root CA),O="));
    }

    @Test
    void theProxyIsNamedInWhatItDid() {
        assertThat(findings())
                .filteredOn(finding -> finding.rule().value().startsWith("tunnel.")
                        || finding.rule().value().equals("proxy.unreachable"))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.explanation()).contains(Cases.PROXY));
    }

    static List<String> recipes() {
        return RECIPES;
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void theRemedyExemptsTheReplicaAndNothingElseInTheWordsOfTheProduct(String issuer) {
        CertificateFacts product = authority(issuer);
        CaseFile file = proxy(wire -> wire.hello()
                .showsTrusted(leaf("CN=replica.test", product), product)
                .finishes(leaf("CN=replica.test", product), product)
                .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT));

        Finding finding =
                Judgement.assertCause(file, "tls.inspected", Confidence.LIKELY).finding();

        // Where the product takes a regular expression the dot is escaped.
        assertThat(finding.remedy()).containsPattern("replica\\\\?\\.test").doesNotContain("On the inspecting proxy");
        assertThat(finding.explanation()).contains(issuer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CN=Acme TLS Inspection CA,O=Acme Security Appliance", "CN=PortSwigger CA"})
    void theRemedyForAProductWithoutARecipeNamesTheProxy(String issuer) {
        CertificateFacts product = authority(issuer);
        CaseFile file = Cases.throughProxy()
                .pinned(REPLICA)
                .on(wire -> wire.hello()
                        .showsTrusted(leaf("CN=replica.test", product), product)
                        .finishes(leaf("CN=replica.test", product), product)
                        .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT))
                .failed();

        assertThat(Judgement.assertCause(file, "tls.inspected", Confidence.CERTAIN)
                        .finding()
                        .remedy())
                .contains("exempt exactly replica.test")
                .contains(Cases.PROXY);
    }
}
