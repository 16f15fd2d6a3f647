package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.FakeServer.Conversation;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.PathEvidence.TunnelFailed;
import throughline.primary.evidence.TlsEvidence.AlertSeen;
import throughline.primary.evidence.TlsEvidence.NotTlsReceived;
import throughline.replica.Replica;

/** Every way in which a proxy may answer CONNECT, except for those that have to do with credentials. */
class ConnectAnswersTest {
    private static final Lab LAB = new Lab();
    private static final Duration TUNNEL_LIMIT = Duration.ofMillis(1_500);
    private static final Set<String> ALLOWED_HEADERS = Set.of(
            "server",
            "via",
            "date",
            "content-type",
            "content-length",
            "connection",
            "proxy-agent",
            "proxy-authenticate",
            "proxy-connection",
            "proxy-status",
            "retry-after",
            "www-authenticate",
            "x-cache",
            "location",
            "x-squid-error");

    private static Replica replica;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    record Opening(String name, int status, String reason, Conversation proxy) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Opening opening(String name, int status, String reason, String answer) {
        return new Opening(name, status, reason, proxy -> {
            proxy.head();
            proxy.send(answer);
            proxy.tunnelTo(replica.port());
        });
    }

    static Stream<Opening> openings() {
        return Stream.of(
                opening("200", 200, "OK", "HTTP/1.1 200 OK\r\n\r\n"),
                opening("another reason", 200, "Tunnel, at last", "HTTP/1.1 200 Tunnel, at last\r\n\r\n"),
                opening("an empty reason", 200, "", "HTTP/1.1 200 \r\n\r\n"),
                // RFC 9112 section 4 has the space before an absent reason; some leave it out, too.
                opening("no reason", 200, "", "HTTP/1.1 200\r\n\r\n"),
                opening("bare line feeds", 200, "OK", "HTTP/1.1 200 OK\nVia: 1.1 box\n\n"),
                opening("HTTP/1.0", 200, "Connection established", "HTTP/1.0 200 Connection established\r\n\r\n"),
                // RFC 9110 section 9.3.6: any 2xx opens the tunnel, and Content-Length means nothing there.
                opening("204", 204, "No Content", "HTTP/1.1 204 No Content\r\n\r\n"),
                opening("299", 299, "Odd", "HTTP/1.1 299 Odd\r\n\r\n"),
                opening("200 with a length", 200, "OK", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
                opening("200 in chunks", 200, "OK", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                opening("200 that says it closes", 200, "OK", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"),
                opening("100 first", 200, "OK", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
                opening(
                        "103 with headers first",
                        200,
                        "OK",
                        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
                new Opening("byte by byte", 200, "OK", proxy -> {
                    proxy.head();
                    proxy.sendSlowly("HTTP/1.1 200 OK\r\nVia: 1.1 box\r\n\r\n", Duration.ofMillis(1));
                    proxy.tunnelTo(replica.port());
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("openings")
    void aTunnelIsOpenedBy(Opening opening) throws IOException {
        try (FakeServer proxy = new FakeServer(opening.proxy())) {
            Replicated replicated = Lab.works(LAB.settingsThrough(proxy.port(), replica.port()));

            assertThat(Lab.all(replicated.caseFile(), TunnelAnswered.class))
                    .singleElement()
                    .satisfies(answer -> {
                        assertThat(answer.status()).isEqualTo(opening.status());
                        assertThat(answer.reason()).isEqualTo(opening.reason());
                        assertThat(answer.target()).isEqualTo(Lab.HOST + ":" + replica.port());
                        assertThat(answer.body()).isEmpty();
                    });
            assertThat(proxy.accepted()).isEqualTo(1);
        }
    }

    /** A status was understood. */
    record Refusal(String name, int status, String rule, Confidence confidence, Conversation proxy) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Refusal refusal(
            String name, int status, String rule, Confidence confidence, Conversation afterRequest) {
        return new Refusal(name, status, rule, confidence, proxy -> {
            proxy.head();
            afterRequest.hold(proxy);
        });
    }

    static Stream<Refusal> refusals() {
        String page = "<html><head><title>no</title></head><body>Access to this site is denied.</body></html>";
        String forbidden = "HTTP/1.1 403 Forbidden\r\n";
        return Stream.of(
                refusal("403", 403, "tunnel.refused", CERTAIN, proxy -> proxy.send(forbidden + "\r\n")),
                refusal("403 with a page", 403, "tunnel.refused", CERTAIN, proxy -> {
                    proxy.send(forbidden + "Content-Type: text/html\r\nContent-Length: " + page.length() + "\r\n"
                            + "Set-Cookie: session=secret\r\nX-Client-Ip: 10.1.2.3\r\n\r\n" + page);
                    proxy.silence();
                }),
                refusal("403, no length, kept open", 403, "tunnel.refused", CERTAIN, proxy -> {
                    proxy.send(forbidden + "\r\n" + page);
                    proxy.silence();
                }),
                refusal("403 with control characters everywhere", 403, "tunnel.refused", CERTAIN, proxy -> {
                    String escapes = "\u001b[2J\u001b]0;owned\u0007\b\b\0\u0085\u009b31m";
                    proxy.send("HTTP/1.1 403 For" + escapes + "bidden\r\nVia: 1.1 " + escapes + "\r\n\r\n" + escapes
                            + page + escapes);
                }),
                // "Доступ запрещён" in UTF-8 holds the byte 0x85, which in ISO 8859-1 is a line end.
                refusal(
                        "403 with a reason in Russian",
                        403,
                        "tunnel.refused",
                        CERTAIN,
                        proxy -> proxy.send(utf8("HTTP/1.1 403 \u0414\u043e\u0441\u0442\u0443\u043f \u0445\r\n\r\n"))),
                refusal("403 that announces 2 GiB and sends them", 403, "tunnel.refused", CERTAIN, proxy -> {
                    proxy.send(forbidden + "Content-Length: 2147483648\r\n\r\n");
                    proxy.sendEndlessly("x".repeat(64 << 10));
                }),
                refusal("403 that announces 2 GiB and stalls", 403, "tunnel.refused", CERTAIN, proxy -> {
                    proxy.send(forbidden + "Content-Length: 2147483648\r\n\r\nwait for it");
                    proxy.silence();
                }),
                refusal(
                        "403 with a length that is none",
                        403,
                        "tunnel.refused",
                        CERTAIN,
                        proxy -> proxy.send(forbidden + "Content-Length: 12, 13 and more\r\n\r\n" + page)),
                refusal("403 with endless chunks", 403, "tunnel.refused", CERTAIN, proxy -> {
                    proxy.send(forbidden + "Transfer-Encoding: chunked\r\n\r\n");
                    proxy.sendEndlessly("1000\r\n" + "x".repeat(4096) + "\r\n");
                }),
                refusal(
                        "403 with a chunk size that is none",
                        403,
                        "tunnel.refused",
                        CERTAIN,
                        proxy -> proxy.send(forbidden + "Transfer-Encoding: chunked\r\n\r\n-1\r\n" + page)),
                refusal("403 with an endless trailer", 403, "tunnel.refused", CERTAIN, proxy -> {
                    proxy.send(forbidden + "Transfer-Encoding: chunked\r\n\r\n0\r\n");
                    proxy.sendEndlessly("Trailer: x\r\n");
                }),
                refusal(
                        "404",
                        404,
                        "tunnel.refused",
                        CERTAIN,
                        proxy -> proxy.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")),
                refusal(
                        "a redirection",
                        302,
                        "tunnel.refused",
                        CERTAIN,
                        proxy -> proxy.send(
                                "HTTP/1.1 302 Found\r\nLocation: https://login.example/?token=secret\r\n\r\n")),
                refusal(
                        "502",
                        502,
                        "tunnel.upstream-failed",
                        LIKELY,
                        proxy -> proxy.send("HTTP/1.1 502 Bad Gateway\r\n\r\n" + page)),
                refusal(
                        "504",
                        504,
                        "tunnel.upstream-failed",
                        CERTAIN,
                        proxy -> proxy.send("HTTP/1.1 504 Gateway Timeout\r\n\r\n")),
                refusal(
                        "503",
                        503,
                        "tunnel.upstream-failed",
                        LIKELY,
                        proxy -> proxy.send("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n\r\n")),
                refusal(
                        "407, none configured",
                        407,
                        "tunnel.auth-required",
                        CERTAIN,
                        proxy -> proxy.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"box\"\r\n\r\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void aRefusalIsNamedForWhatItIs(Refusal refusal) throws IOException {
        try (FakeServer proxy = new FakeServer(refusal.proxy())) {
            ReplicationFailed failed = through(proxy);

            assertThat(Lab.rule(failed)).isEqualTo(refusal.rule());
            assertThat(failed.verdict().confidence()).contains(refusal.confidence());
            assertThat(Lab.all(failed, TunnelAnswered.class)).singleElement().satisfies(answer -> {
                assertThat(answer.status()).isEqualTo(refusal.status());
                assertThat(answer.credentialsSent()).isFalse();
            });
            assertBounded(failed);
        }
    }

    /** What loopback buffers hold, beside the half MiB that is read, is below 16 MiB. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 403 No\r\nContent-Length: 2147483648\r\n\r\n",
                "HTTP/1.1 403 No\r\n\r\n",
                "HTTP/1.1 403 No\r\nVia: ",
                "HTTP/1.1 200 OK\r\nVia: ",
                "HTTP/1.1 ",
                "",
            })
    void onlyTheBeginningOfTwoGibibytesIsTaken(String beginning) throws IOException {
        AtomicLong taken = new AtomicLong();
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send(beginning);
            byte[] part = new byte[64 << 10];
            for (long left = 2L << 30; left > 0; left -= part.length) {
                wire.send(part);
                taken.addAndGet(part.length);
            }
        })) {
            assertBounded(through(proxy));
        }

        assertThat(taken.get()).isLessThan(16 << 20);
    }

    static Stream<Arguments> scripts() {
        String german = "Zugriff verweigert: f\u00fcr";
        String russian = "\u0414\u043e\u0441\u0442\u0443\u043f \u0437\u0430\u043f\u0440\u0435\u0449\u0451\u043d";
        String japanese = "\u30a2\u30af\u30bb\u30b9\u62d2\u5426";
        return Stream.of(
                Arguments.of("", german, "UTF-8"),
                Arguments.of("Content-Type: text/html", russian, "UTF-8"),
                Arguments.of("Content-Type: text/html; charset=utf-8", russian, "UTF-8"),
                Arguments.of("Content-Type: text/html;charset=\"windows-1251\"", russian, "windows-1251"),
                Arguments.of("Content-Type: text/html; charset=ISO-8859-1", german, "ISO-8859-1"),
                Arguments.of("Content-Type: text/html; Charset=Shift_JIS", japanese, "Shift_JIS"),
                Arguments.of("Content-Type: text/html; charset=no-such-charset", german, "UTF-8"),
                Arguments.of("Content-Type: text/html; charset=\"", german, "UTF-8"));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("scripts")
    void aPageIsReadInItsOwnScript(String header, String page, String charset) throws IOException {
        byte[] content = page.getBytes(Charset.forName(charset));
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 403 No\r\n" + header + (header.isEmpty() ? "" : "\r\n") + "Content-Length: "
                    + content.length + "\r\n\r\n");
            wire.send(content);
        })) {
            ReplicationFailed failed = through(proxy);

            assertThat(Lab.last(failed, TunnelAnswered.class))
                    .hasValueSatisfying(answer -> assertThat(answer.body()).isEqualTo(page));
            assertThat(failed).hasMessageContaining(page);
        }
    }

    /** No status was understood. */
    record Silence(String name, FailureKind kind, String received, String rule, Conversation proxy) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Silence failure(
            String name, FailureKind kind, String received, String rule, Conversation afterRequest) {
        return new Silence(name, kind, received, rule, proxy -> {
            proxy.head();
            afterRequest.hold(proxy);
        });
    }

    static Stream<Silence> failures() {
        String ok = "HTTP/1.1 200 OK\r\n";
        return Stream.of(
                new Silence("closed at once", FailureKind.CLOSED, "", "tunnel.refused", proxy -> {
                    // What arrives before a close and is not read makes a reset of it.
                    proxy.socket().shutdownOutput();
                    proxy.silence();
                }),
                failure("closed after the request", FailureKind.CLOSED, "", "tunnel.refused", proxy -> {}),
                failure("reset after the request", FailureKind.RESET, "", "tunnel.refused", Wire::reset),
                failure(
                        "closed within the headers",
                        FailureKind.CLOSED,
                        "HTTP/1.1 200 OK",
                        "tunnel.refused",
                        proxy -> proxy.send(ok + "Via: 1.1 b")),
                failure(
                        "an SSH banner",
                        FailureKind.HTTP,
                        "SSH-2.0-box",
                        "tunnel.refused",
                        proxy -> proxy.send("SSH-2.0-box\r\n")),
                failure(
                        "a page without a head",
                        FailureKind.HTTP,
                        "<html>",
                        "tunnel.refused",
                        proxy -> proxy.send("<html>no</html>\r\n")),
                failure(
                        "another version",
                        FailureKind.HTTP,
                        "HTTP/2 200",
                        "tunnel.refused",
                        proxy -> proxy.send("HTTP/2 200\r\n\r\n")),
                failure(
                        "a status of two digits",
                        FailureKind.HTTP,
                        "HTTP/1.1 20 OK",
                        "tunnel.refused",
                        proxy -> proxy.send("HTTP/1.1 20 OK\r\n\r\n")),
                failure(
                        "bytes that are nothing",
                        FailureKind.HTTP,
                        "",
                        "tunnel.refused",
                        proxy -> proxy.sendEndlessly("\u0000\u0001\u0080\u00ff".repeat(1000))),
                failure("an endless status line", FailureKind.HTTP, "HTTP/1.1 403", "tunnel.refused", proxy -> {
                    proxy.send("HTTP/1.1 403 ");
                    proxy.sendEndlessly("no".repeat(1000));
                }),
                failure(
                        "a header line of 1 MiB",
                        FailureKind.HTTP,
                        "HTTP/1.1 200 OK",
                        "tunnel.refused",
                        proxy -> proxy.send(ok + "Via: " + "x".repeat(1 << 20) + "\r\n\r\n")),
                failure(
                        "10 000 headers",
                        FailureKind.HTTP,
                        "HTTP/1.1 200 OK",
                        "tunnel.refused",
                        proxy -> proxy.send(ok + "Via: 1.1 box\r\n".repeat(10_000) + "\r\n")),
                failure("an endless header", FailureKind.HTTP, "HTTP/1.1 200 OK", "tunnel.refused", proxy -> {
                    proxy.send(ok);
                    proxy.sendEndlessly("x".repeat(4096));
                }),
                failure("endless headers", FailureKind.HTTP, "HTTP/1.1 200 OK", "tunnel.refused", proxy -> {
                    proxy.send(ok);
                    proxy.sendEndlessly("Via: 1.1 box\r\n");
                }),
                failure(
                        "endless interim answers",
                        FailureKind.HTTP,
                        "HTTP/1.1 100",
                        "tunnel.refused",
                        proxy -> proxy.sendEndlessly("HTTP/1.1 100 Continue\r\n\r\n")),
                failure("silence", FailureKind.TIMED_OUT, "", "tunnel.upstream-failed", Wire::silence),
                failure("one byte and silence", FailureKind.TIMED_OUT, "H", "tunnel.upstream-failed", proxy -> {
                    proxy.send("H");
                    proxy.silence();
                }),
                failure(
                        "a trickle that never ends",
                        FailureKind.TIMED_OUT,
                        "HTTP",
                        "tunnel.upstream-failed",
                        proxy -> proxy.sendSlowly(ok + "Via: " + "x".repeat(10_000), Duration.ofMillis(50))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void noAnswerIsNamedForWhatItIs(Silence silence) throws IOException {
        try (FakeServer proxy = new FakeServer(silence.proxy())) {
            ReplicationFailed failed = through(proxy);

            assertThat(Lab.rule(failed)).isEqualTo(silence.rule());
            assertThat(failed.verdict().confidence()).contains(LIKELY);
            assertThat(Lab.all(failed, TunnelFailed.class)).singleElement().satisfies(piece -> {
                assertThat(piece.failure().kind()).isEqualTo(silence.kind());
                assertThat(piece.received()).startsWith(silence.received());
            });
            assertBounded(failed);
        }
    }

    static Stream<Silence> pagesInTheTunnel() {
        String ok = "HTTP/1.1 200 OK\r\n\r\n";
        String page = "<html>The replica is asleep</html>";
        return Stream.of(
                failure("a page in the same segment", FailureKind.OTHER, "<html>", "replica.not-tls", proxy -> {
                    proxy.send(ok + page);
                    proxy.silence();
                }),
                failure(
                        "a page in the same segment, then closed",
                        FailureKind.OTHER,
                        "<html>",
                        "replica.not-tls",
                        p -> p.send(ok + page)),
                failure("a page after the hello", FailureKind.OTHER, "<html>", "replica.not-tls", proxy -> {
                    proxy.send(ok);
                    assertThat(proxy.socket().getInputStream().read()).isEqualTo(0x16);
                    proxy.send(page);
                    proxy.silence();
                }),
                failure(
                        "an answer of HTTP after the hello",
                        FailureKind.OTHER,
                        "HTTP/1.1 400",
                        "replica.not-tls",
                        p -> {
                            p.send(ok);
                            assertThat(p.socket().getInputStream().read()).isEqualTo(0x16);
                            p.send("HTTP/1.1 400 Bad Request\r\n\r\n");
                            p.silence();
                        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pagesInTheTunnel")
    void whatIsNotTlsInTheTunnelIsShown(Silence silence) throws IOException {
        try (FakeServer proxy = new FakeServer(silence.proxy())) {
            ReplicationFailed failed = through(proxy);

            assertThat(Lab.rule(failed)).isEqualTo(silence.rule());
            assertThat(Lab.all(failed, TunnelAnswered.class))
                    .singleElement()
                    .satisfies(answer -> assertThat(answer.opened()).isTrue());
            assertThat(Lab.all(failed, NotTlsReceived.class))
                    .singleElement()
                    .satisfies(piece -> assertThat(piece.received()).startsWith(silence.received()));
            assertBounded(failed);
        }
    }

    @ParameterizedTest(name = "alert {0}")
    @ValueSource(ints = {40, 112})
    void tlsInTheSegmentOfTheAnswerIsTls(int description) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\n\u0015\u0003\u0003\u0000\u0002\u0002" + (char) description);
            wire.silence();
        })) {
            ReplicationFailed failed = through(proxy);

            assertThat(Lab.all(failed, NotTlsReceived.class)).isEmpty();
            assertThat(Lab.all(failed, AlertSeen.class))
                    .extracting(AlertSeen::description)
                    .containsExactly(description);
            assertThat(Lab.rule(failed)).isEqualTo("unexplained");
            assertBounded(failed);
        }
    }

    private static ReplicationFailed through(FakeServer proxy) {
        TimeLimits limits = new TimeLimits(Lab.LIMIT, Lab.LIMIT, TUNNEL_LIMIT, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT);
        return Lab.fails(LAB.settingsThrough(proxy.port(), replica.port()).limits(limits));
    }

    /** In time, in what is kept, and in what a terminal may be made to do. */
    private static void assertBounded(ReplicationFailed failed) {
        assertThat(failed.caseFile().took()).isLessThan(TUNNEL_LIMIT.plusSeconds(2));
        for (TunnelAnswered answer : Lab.all(failed, TunnelAnswered.class)) {
            assertThat(ALLOWED_HEADERS).containsAll(answer.headers().keySet());
            assertThat(answer.reason()).hasSizeLessThanOrEqualTo(301);
            assertThat(answer.body()).hasSizeLessThanOrEqualTo(4097);
        }
        String verdict = CaseFormat.write(failed.verdict());
        String file = CaseFormat.write(failed.caseFile());
        assertThat(file).hasSizeLessThan(32 << 10);
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            assertPrintable(String.valueOf(cause.getMessage()));
        }
        List.of(verdict, file).forEach(ConnectAnswersTest::assertPrintable);
        assertThat(file).doesNotContain("secret").doesNotContain("10.1.2.3").doesNotContain("\\u00");
    }

    private static void assertPrintable(String text) {
        assertThat(text.codePoints().filter(c -> c != '\n' && Character.isISOControl(c)))
                .as("control characters in %s", text)
                .isEmpty();
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
