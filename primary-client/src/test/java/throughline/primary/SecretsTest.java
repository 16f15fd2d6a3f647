package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.identity.Credentials;
import throughline.primary.FakeServer.Conversation;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.TlsEvidence.NotTlsReceived;
import throughline.replica.Replica;

/** Neither what a case file nor what an exception says gives away a password or a key, whatever the other end reflects. */
class SecretsTest {
    private static final Lab LAB = new Lab();
    private static final String PASSWORD = "Tr0ub4dor&3-Sesame";

    /** printf 'alice:Tr0ub4dor&3-Sesame' | base64 */
    private static final String TOKEN = "YWxpY2U6VHIwdWI0ZG9yJjMtU2VzYW1l";

    private static final String DEMAND =
            "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"box\"\r\nContent-Length: 0\r\n\r\n";

    private static Replica replica;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    /** A proxy that demands credentials and then, in some form, sends back the request that held them. */
    record Reflection(String name, UnaryOperator<String> answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Reflection> reflections() {
        return Stream.of(
                new Reflection("in a page", request -> page("403 No", "You sent: <pre>" + request + "</pre>")),
                new Reflection("in the page of another 407", request -> page("407 Who", request)),
                new Reflection(
                        "in a page of chunks",
                        request -> "HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + Integer.toHexString(request.length()) + "\r\n" + request + "\r\n0\r\n\r\n"),
                new Reflection(
                        "as JSON", request -> page("403 No", "{\"proxy-authorization\": \"Basic " + TOKEN + "\"}")),
                new Reflection("alone", request -> page("502 No", "denied for " + TOKEN)),
                new Reflection(
                        "with escapes of HTML",
                        request -> page("403 No", "Proxy-Authorization: Basic " + TOKEN.replace("V", "&#86;"))),
                new Reflection("decoded", request -> page("403 No", "login failed: alice:" + PASSWORD)),
                new Reflection("in the reason", request -> "HTTP/1.1 403 No " + TOKEN + "\r\n\r\n"),
                new Reflection("in a header", request -> "HTTP/1.1 403 No\r\nVia: 1.1 box " + TOKEN + "\r\n\r\n"),
                new Reflection(
                        "where a header is cut",
                        request -> "HTTP/1.1 403 No\r\nVia: " + "x".repeat(280) + TOKEN + "\r\n\r\n"),
                new Reflection("instead of HTTP", request -> request),
                new Reflection("instead of HTTP, short", request -> "Basic " + TOKEN + "\r\n\r\n"),
                new Reflection("in the tunnel", request -> "HTTP/1.1 200 OK\r\n\r\n" + TOKEN),
                new Reflection("deep in the tunnel", request -> "HTTP/1.1 200 OK\r\n\r\n" + request));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reflections")
    void whatAProxyReflectsIsTakenOut(Reflection reflection) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send(DEMAND);
            String request = wire.head();
            assertThat(request).contains(TOKEN);
            wire.send(reflection.answer().apply(request));
            wire.silence();
        })) {
            assertNothingLeaks(settings(proxy));
        }
    }

    /** Only the beginning of a page is kept, and it may end within the secret. */
    static IntStream cuts() {
        return IntStream.rangeClosed(0, TOKEN.length());
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void whereAPageIsCutNothingRemains(int kept) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send(DEMAND);
            wire.head();
            wire.send(page("403 No", "x".repeat(4096 - kept) + TOKEN + "y".repeat(100)));
            wire.silence();
        })) {
            assertNothingLeaks(settings(proxy));
        }
    }

    /** An inspecting proxy was sent the credentials, and writes its page inside TLS. */
    @Test
    void aPageFromWithinTheSessionIsCleanToo() throws IOException {
        FakeReplica inspector = new FakeReplica(LAB.pki.inspector().leafFor(Lab.HOST), LAB.pki.trust(), false);
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send(DEMAND);
            String request = wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            SSLSocket tls = inspector.serve(wire.socket());
            Wire inside = new Wire(tls, wire.number());
            inside.head();
            inside.send(page("403 No", request));
            inside.silence();
        })) {
            ReplicationFailed failed = assertNothingLeaks(
                    settings(proxy).trust(LAB.pki.trustWithInspector()).http2(false));

            assertThat(Lab.all(failed, Answered.class))
                    .singleElement()
                    .satisfies(answer -> assertThat(answer.body()).contains("CONNECT replica.test"));
        }
    }

    @Test
    void theRestOfAReflectedPageIsKept() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send(DEMAND);
            wire.send(page("403 No", wire.head() + " and more"));
            wire.silence();
        })) {
            ReplicationFailed failed = assertNothingLeaks(settings(proxy));

            assertThat(Lab.last(failed, TunnelAnswered.class))
                    .hasValueSatisfying(answer -> assertThat(answer.body())
                            .startsWith("CONNECT replica.test")
                            .endsWith("and more"));
        }
    }

    @Test
    void theKeyAndTheCredentialsStayOutOfAWorkingCase() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send(DEMAND);
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(replica.port());
        })) {
            Replicated replicated = Lab.works(settings(proxy));

            assertClean(List.of(
                    CaseFormat.write(replicated.caseFile()),
                    CaseFormat.write(replicated.verdict()),
                    replicated.toString()));
        }
    }

    @Test
    void settingsShowNoSecret() throws IOException {
        Conversation nothing = wire -> {};
        try (FakeServer proxy = new FakeServer(nothing)) {
            ClientSettings settings = settings(proxy).build();

            assertClean(List.of(
                    settings.toString(),
                    settings.proxy().toString(),
                    Credentials.of(LAB.client, LAB.pki.trust()).toString()));
        }
    }

    @Test
    void settingsRefuseAnAddressWithAPasswordWithoutRepeatingIt() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> ClientSettings.to(java.net.URI.create("https://alice:Tr0ub4dor@" + Lab.HOST + ":1"))
                                .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("Tr0ub4dor");
    }

    @Test
    void whatIsNotTlsIsStillShown() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\nsorry, no tunnel");
            wire.silence();
        })) {
            ReplicationFailed failed = assertNothingLeaks(settings(proxy));

            assertThat(Lab.all(failed, NotTlsReceived.class))
                    .extracting(NotTlsReceived::received)
                    .containsExactly("sorry, no tunnel");
        }
    }

    private static ReplicationFailed assertNothingLeaks(ClientSettings.Builder settings) {
        ReplicationFailed failed = Lab.fails(settings);
        StringWriter trace = new StringWriter();
        failed.printStackTrace(new PrintWriter(trace));
        assertClean(List.of(
                CaseFormat.write(failed.caseFile()),
                CaseFormat.write(failed.verdict()),
                failed.caseFile().toString(),
                failed.verdict().toString(),
                trace.toString()));
        return failed;
    }

    private static void assertClean(List<String> texts) {
        BigInteger scalar = ((ECPrivateKey) LAB.client.key()).getS();
        for (String text : texts) {
            assertThat(text)
                    .doesNotContain("Tr0ub4dor")
                    .doesNotContainIgnoringCase("Sesame")
                    .doesNotContain(scalar.toString())
                    .doesNotContainIgnoringCase(scalar.toString(16))
                    .doesNotContain(Base64.getEncoder()
                            .encodeToString(LAB.client.key().getEncoded())
                            .substring(40, 80))
                    .doesNotContainIgnoringCase(
                            HexFormat.of().formatHex(LAB.client.key().getEncoded(), 40, 60));
            // Of the token, the first eight characters are the user's name.
            for (int i = 8; i + 6 <= TOKEN.length(); i++) {
                assertThat(text).doesNotContain(TOKEN.substring(i, i + 6));
            }
        }
    }

    private static String page(String status, String content) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/html\r\nContent-Length: " + content.length() + "\r\n\r\n"
                + content;
    }

    private static ClientSettings.Builder settings(FakeServer proxy) {
        return LAB.settings(replica.port())
                .proxy(new HttpConnect(
                        "127.0.0.1", proxy.port(), Optional.of(new ProxyCredentials("alice", PASSWORD))));
    }
}
