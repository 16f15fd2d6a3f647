package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;
import static throughline.primary.diagnosis.Confidence.POSSIBLE;
import static throughline.primary.diagnosis.Judgement.assertCause;
import static throughline.primary.diagnosis.Judgement.assertSilent;
import static throughline.primary.diagnosis.Judgement.assertUnexplained;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.SocksStep;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.Sender;

/** The rules about name, TCP, tunnel and the first bytes. */
class PathRulesTest {
    private static final Map<String, String> BASIC = Map.of("proxy-authenticate", "Basic realm=\"lab\"");

    @Nested
    class ProxyUnreachable {
        @ParameterizedTest
        @EnumSource(names = {"REFUSED", "TIMED_OUT", "UNREACHABLE", "RESET", "OTHER"})
        void isNamedWhereNoAddressOfTheProxyAnswers(FailureKind kind) {
            CaseFile file =
                    Cases.throughProxy().on(wire -> wire.connectFails(kind)).failed();

            assertCause(file, "proxy.unreachable", CERTAIN);
            assertSilent(file, "replica.unreachable");
        }

        @Test
        void isNotNamedWhereASecondAddressAnswers() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connectFails(Leg.PROXY, "192.0.2.8:3128", FailureKind.REFUSED)
                            .connected()
                            .tunnelAnswers(403, "Forbidden", ""))
                    .failed();

            assertSilent(file, "proxy.unreachable");
            assertCause(file, "tunnel.refused", CERTAIN);
        }

        @Test
        void isNotNamedWhereWeGaveUpOurselves() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connectFails(FailureKind.CANCELLED))
                    .failed();

            assertUnexplained(file);
        }
    }

    @Nested
    class TunnelAuthRequired {
        @Test
        void isNamedWhereNoneAreConfigured() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelAnswers(407, "Proxy Authentication Required", "", BASIC, false))
                    .failed();

            assertThat(assertCause(file, "tunnel.auth-required", CERTAIN)
                            .finding()
                            .explanation())
                    .contains("none are configured")
                    .contains("Basic realm=\"lab\"");
        }

        @Test
        void isNamedWhereThoseThatWereSentAreRefused() {
            CaseFile file = Cases.throughProxy()
                    .withProxyCredentials()
                    .on(wire -> wire.connected()
                            .tunnelAnswers(407, "Proxy Authentication Required", "", BASIC, false)
                            .tunnelAnswers(407, "Proxy Authentication Required", "", BASIC, true))
                    .failed();

            assertThat(assertCause(file, "tunnel.auth-required", CERTAIN)
                            .finding()
                            .explanation())
                    .contains("refuses the credentials");
        }

        @Test
        void theDemandBeforeTheRefusalDidNotFollowFromIt() {
            CaseFile file = Cases.throughProxy()
                    .withProxyCredentials()
                    .on(wire -> wire.connected()
                            .tunnelAnswers(407, "Proxy Authentication Required", "", BASIC, false)
                            .tunnelAnswers(407, "Proxy Authentication Required", "", BASIC, true))
                    .failed();

            assertThat(assertCause(file, "tunnel.auth-required", CERTAIN).consequences())
                    .isEmpty();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        true  | NTLM                        | --proxy-authentication ntlm,
                        true  | NTLM, Negotiate             | --proxy-authentication negotiate or ntlm,
                        true  | Digest algorithm=SHA3-512   | offer Basic, or Digest with MD5
                        true  | no scheme                   | offer Basic, or Digest with MD5
                        false | NTLM                        | Configure credentials for the proxy proxy.test:3128 and name
                        false | Basic realm="x", NTLM       | Configure credentials for the proxy proxy.test:3128, or
                        """)
        void theAdviceIsForWhatIsMissing(boolean credentials, String offered, String advice) {
            Cases story = Cases.throughProxy();
            CaseFile file = (credentials ? story.withProxyCredentials() : story)
                    .on(wire ->
                            wire.connected().tunnelAnswers(407, "", "", Map.of("proxy-authenticate", offered), false))
                    .failed();

            assertThat(assertCause(file, "tunnel.auth-required", CERTAIN)
                            .finding()
                            .remedy())
                    .contains(advice);
        }

        @Test
        void isNotNamedWhereTheSecondRequestOpenedTheTunnel() {
            CaseFile file = Cases.throughProxy()
                    .withProxyCredentials()
                    .on(wire -> wire.connected()
                            .tunnelAnswers(407, "Proxy Authentication Required", "", BASIC, false)
                            .tunnelAnswers(200, "Connection established", "", Map.of(), true)
                            .sendsHello()
                            .notTls("<html>"))
                    .failed();

            assertSilent(file, "tunnel.auth-required", "tunnel.refused", "tunnel.upstream-failed");
            assertCause(file, "replica.not-tls", CERTAIN);
        }

        @ParameterizedTest
        @CsvSource({"403, tunnel.refused, CERTAIN", "502, tunnel.upstream-failed, LIKELY"})
        void isNotNamedWhereTheSecondRequestGotAnotherAnswer(int status, String rule, Confidence confidence) {
            CaseFile file = Cases.throughProxy()
                    .withProxyCredentials()
                    .on(wire -> wire.connected()
                            .tunnelAnswers(407, "Proxy Authentication Required", "", BASIC, false)
                            .tunnelAnswers(status, "No", "", Map.of(), true))
                    .failed();

            assertCause(file, rule, confidence);
            assertSilent(file, "tunnel.auth-required");
        }

        @ParameterizedTest
        @CsvSource({"TIMED_OUT, tunnel.upstream-failed", "CLOSED, tunnel.refused"})
        void isNotNamedWhereTheSecondRequestGotNoAnswer(FailureKind kind, String rule) {
            CaseFile file = Cases.throughProxy()
                    .withProxyCredentials()
                    .on(wire -> wire.connected()
                            .tunnelAnswers(407, "Proxy Authentication Required", "", BASIC, false)
                            .tunnelFails(kind, ""))
                    .failed();

            assertCause(file, rule, LIKELY);
            assertSilent(file, "tunnel.auth-required");
        }
    }

    @Nested
    class TunnelUpstreamFailed {
        @Test
        void anAnswerThatWasBegunIsNotCalledNone() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelFails(FailureKind.TIMED_OUT, "HTTP/1.1 2"))
                    .failed();

            assertThat(assertCause(file, "tunnel.upstream-failed", LIKELY)
                            .finding()
                            .explanation())
                    .contains("began an answer")
                    .doesNotContain("never");
        }

        @Test
        void whatSocksSaysOfTheWayOnwardIsNotInspection() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().socksAnswers(SocksStep.CONNECT, 5, false))
                    .failed();

            assertThat(assertCause(file, "tunnel.upstream-failed", CERTAIN)
                            .finding()
                            .remedy())
                    .doesNotContain("inspects");
        }

        @Test
        void whatIsNoHttpIsAdvisedToBeAnotherKindOfProxy() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelFails(FailureKind.CLOSED, ""))
                    .failed();

            assertThat(assertCause(file, "tunnel.refused", LIKELY).finding().remedy())
                    .startsWith("Check that")
                    .contains("https://", "socks5h://");
        }

        @ParameterizedTest
        @CsvSource({
            "The site requires a client certificate. HTTPS inspection is on., If the proxy inspects HTTPS",
            "The name could not be resolved., On the machine of the proxy"
        })
        void theAdviceBeginsWithWhatThePageSpeaksOf(String page, String first) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelAnswers(502, "Proxy Error", page))
                    .failed();

            assertThat(assertCause(file, "tunnel.upstream-failed", LIKELY)
                            .finding()
                            .remedy())
                    .startsWith(first);
        }

        /** squid: 503 refused and timed out, 500 name unknown; mitmproxy: 502 refused; tinyproxy: 500 both. */
        @ParameterizedTest
        @CsvSource({
            "500, LIKELY",
            "502, LIKELY",
            "503, LIKELY",
            // RFC 9110 section 15.6.5 leaves 504 no other meaning.
            "504, CERTAIN"
        })
        void isNamedByTheStatus(int status, Confidence confidence) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelAnswers(status, "No", "<h1>Unable to connect</h1>"))
                    .failed();

            assertCause(file, "tunnel.upstream-failed", confidence);
            assertSilent(file, "tunnel.refused");
        }

        @Test
        void isNotCertainFor502BecauseTmgAnswersWithItWhateverTheReason() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected()
                            .tunnelAnswers(
                                    502,
                                    "Proxy Error ( The Web site requires a client certificate, but a client certificate"
                                            + " cannot be supplied when HTTPS inspection is applied to the request. )",
                                    ""))
                    .failed();

            assertThat(assertCause(file, "tunnel.upstream-failed", LIKELY)
                            .finding()
                            .remedy())
                    .contains("exempt replica.test");
        }

        @Test
        void isNamedWhereConnectIsNeverAnswered() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelFails(FailureKind.TIMED_OUT, ""))
                    .failed();

            assertCause(file, "tunnel.upstream-failed", LIKELY);
        }

        @ParameterizedTest
        @ValueSource(ints = {499, 600, 999})
        void isNotNamedOutsideTheServerErrors(int status) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelAnswers(status, "", ""))
                    .failed();

            assertSilent(file, "tunnel.upstream-failed");
        }
    }

    @Nested
    class TunnelRefused {
        @ParameterizedTest
        @ValueSource(ints = {302, 400, 403, 404, 405, 429})
        void isNamedByTheStatus(int status) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelAnswers(status, "No", ""))
                    .failed();

            assertCause(file, "tunnel.refused", CERTAIN);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "302 | sign in first",
                    "511 | sign in first",
                    "429 | Wait, and see",
                    "400 | as a web server does",
                    "401 | as a web server does",
                    "405 | as a web server does",
                    "501 | as a web server does",
                    "403 | On the proxy proxy.test:3128, allow CONNECT to replica.test:8443"
                })
        void isMendedByWhatTheStatusSays(int status, String remedy) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelAnswers(status, "No", ""))
                    .failed();

            assertThat(assertCause(file, "tunnel.refused", CERTAIN).finding().remedy())
                    .contains(remedy);
        }

        @ParameterizedTest
        @EnumSource(names = {"RESET", "CLOSED", "BROKEN_PIPE", "HTTP", "OTHER"})
        void isLikelyWhereTheAnswerIsNotHttp(FailureKind kind) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelFails(kind, "SSH-2.0-OpenSSH_9.2"))
                    .failed();

            assertCause(file, "tunnel.refused", LIKELY);
        }

        @ParameterizedTest
        @ValueSource(ints = {200, 201, 204, 299})
        void isNotNamedForAny2xx(int status) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected()
                            .tunnelAnswers(status, "", "")
                            .sendsHello()
                            .handshakeFails(Phase.HELLO, FailureKind.RESET))
                    .failed();

            assertSilent(file, "tunnel.refused", "tunnel.upstream-failed", "tunnel.auth-required");
            assertCause(file, "hello.unanswered", LIKELY);
        }

        @Test
        void isNotNamedWhereWeGaveUpOurselves() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelFails(FailureKind.CANCELLED, ""))
                    .failed();

            assertUnexplained(file);
        }
    }

    @Nested
    class ReplicaUnreachable {
        @ParameterizedTest
        @EnumSource(names = {"REFUSED", "TIMED_OUT", "UNREACHABLE", "RESET", "OTHER"})
        void isNamedWhereNoAddressAnswers(FailureKind kind) {
            CaseFile file = Cases.direct().on(wire -> wire.connectFails(kind)).failed();

            assertCause(file, "replica.unreachable", CERTAIN);
            assertSilent(file, "proxy.unreachable");
        }

        @Test
        void isNamedWhereItsNameIsUnknown() {
            assertCause(Cases.direct().nameUnresolved().failed(), "replica.unreachable", CERTAIN);
        }

        @Test
        void isNotNamedForAControlThatFailed() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.connected().tunnelAnswers(403, "Forbidden", ""))
                    .controlFailed()
                    .failed();

            assertSilent(file, "replica.unreachable");
            assertCause(file, "tunnel.refused", CERTAIN);
        }
    }

    @Nested
    class ReplicaNotTls {
        @Test
        void isNamedWhereSomethingElseArrivesInPlaceOfTheServerHello() {
            CaseFile direct = Cases.direct()
                    .on(wire -> wire.reaches()
                            .sendsHello()
                            .notTls("HTTP/1.1 400 Bad Request")
                            .handshakeFails(Phase.HELLO, FailureKind.TLS))
                    .failed();
            CaseFile tunnel = Cases.throughProxy()
                    .on(wire ->
                            wire.reaches().sendsHello().notTls("<html>").handshakeFails(Phase.HELLO, FailureKind.TLS))
                    .failed();

            assertCause(direct, "replica.not-tls", CERTAIN);
            assertThat(assertCause(tunnel, "replica.not-tls", CERTAIN).finding().explanation())
                    .contains("through the tunnel of " + Cases.PROXY)
                    .contains("<html>");
        }

        @Test
        void isNotNamedAfterAServerHello() {
            CaseFile file = Cases.direct()
                    .on(wire -> wire.hello()
                            .notTls("a record of 20000 bytes; accepted are up to 16640")
                            .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.TLS))
                    .failed();

            assertSilent(file, "replica.not-tls");
            assertUnexplained(file);
        }

        @Test
        void isNotNamedWhereTlsGotToACertificate() {
            CaseFile file = Cases.direct()
                    .on(wire -> wire.reaches()
                            .sendsHello()
                            .notTls("a ServerHello that ends in the middle of an extension")
                            .showsInvalid(Certificates.expired(REPLICA), LAB_ROOT)
                            .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED))
                    .failed();

            assertSilent(file, "replica.not-tls");
            assertCause(file, "tls.expired", LIKELY);
        }

        @Test
        void isNotNamedWhereTheConnectionMerelyEnds() {
            // haproxy and nginx that find no way for the SNI just close.
            CaseFile file = Cases.direct()
                    .on(wire -> wire.reaches().sendsHello().handshakeFails(Phase.HELLO, FailureKind.CLOSED))
                    .failed();

            assertThat(assertUnexplained(file).phase()).isEqualTo(Phase.HELLO);
        }
    }

    @Nested
    class HelloUnanswered {
        @ParameterizedTest
        @EnumSource(names = {"CLOSED", "RESET", "BROKEN_PIPE", "TIMED_OUT"})
        void isLikelyBehindATunnelThatTheProxyCallsOpen(FailureKind kind) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.reaches().sendsHello().handshakeFails(Phase.HELLO, kind))
                    .failed();

            assertThat(assertCause(file, "hello.unanswered", LIKELY).finding().explanation())
                    .contains(Cases.PROXY)
                    .contains("before they have tried to reach the replica");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void isCertainWhereTheReplicaHasNotReceivedTheHello(boolean proxy) {
            CaseFile file = (proxy ? Cases.throughProxy() : Cases.direct())
                    .on(wire -> wire.reaches()
                            .sendsHello()
                            .handshakeFails(Phase.HELLO, FailureKind.CLOSED)
                            .account(Optional.empty(), REPLICA))
                    .failed();

            assertThat(assertCause(file, "hello.unanswered", CERTAIN).finding().explanation())
                    .contains("has not received our ClientHello");
        }

        /** It may be the replica's own doing: so the remedy begins there. */
        @ParameterizedTest
        @EnumSource(names = {"CLOSED", "RESET", "BROKEN_PIPE", "TIMED_OUT"})
        void isPossibleWhereNobodyCanBeAsked(FailureKind kind) {
            CaseFile file = Cases.direct()
                    .on(wire -> wire.reaches().sendsHello().handshakeFails(Phase.HELLO, kind))
                    .failed();

            assertThat(assertUnexplained(file).alsoPossible()).singleElement().satisfies(finding -> {
                assertThat(finding.rule()).hasToString("hello.unanswered");
                assertThat(finding.confidence()).isEqualTo(POSSIBLE);
                assertThat(finding.remedy())
                        .startsWith("See on the replica's own machine whether it answers there")
                        .contains("Find what answers in the replica's place");
            });
        }

        @Test
        void isNotNamedWhereTheHelloArrived() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.reaches()
                            .sendsHello()
                            .handshakeFails(Phase.HELLO, FailureKind.TIMED_OUT)
                            .account(Optional.of(Views.noneSent(wire.random())), REPLICA))
                    .failed();

            assertSilent(file, "hello.unanswered");
        }

        @Test
        void isNotNamedWhereAnAlertCame() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.reaches()
                            .sendsHello()
                            .alert(Sender.PEER, 40, "handshake_failure")
                            .handshakeFails(Phase.HELLO, FailureKind.ALERT))
                    .failed();

            assertSilent(file, "hello.unanswered");
        }

        @Test
        void isNotNamedWhereWeGaveUpOurselves() {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.reaches().sendsHello().handshakeFails(Phase.HELLO, FailureKind.CANCELLED))
                    .failed();

            assertSilent(file, "hello.unanswered");
        }
    }
}
