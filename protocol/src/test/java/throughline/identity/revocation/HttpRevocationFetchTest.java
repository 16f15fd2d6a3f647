package throughline.identity.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRevocationFetchTest {
    private final RevocationFetch fetch = new HttpRevocationFetch();

    static Stream<Arguments> wholeAnswers() {
        return Stream.of(
                Arguments.of("with a length", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlist"),
                Arguments.of("with the length in other letters", "HTTP/1.1 200 OK\r\ncontent-LENGTH:4\r\n\r\nlist"),
                Arguments.of("until the end", "HTTP/1.0 200 OK\r\n\r\nlist"),
                Arguments.of("with bare line feeds", "HTTP/1.0 200\nServer: x\n\nlist"),
                Arguments.of("with more than it says", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlistHTTP/1.1 200"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wholeAnswers")
    void answerIsTaken(String name, String answer) throws IOException {
        try (ScriptedServer server = ScriptedServer.saying(answer)) {
            assertThat(fetch.get(server.address("/crl")))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("list");
        }
    }

    static Stream<Arguments> noAnswers() {
        return Stream.of(
                Arguments.of("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answered 404"),
                Arguments.of("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\n\r\n", "answered 301"),
                Arguments.of("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\n\r\n", "answered 407"),
                Arguments.of("HTTP/1.1 204 Nothing\r\n\r\n", "answered 204"),
                Arguments.of("SSH-2.0-server\r\n\r\n", "what answered does not speak HTTP"),
                Arguments.of("\r\n\r\n", "what answered does not speak HTTP"),
                Arguments.of("", "closed the connection without an answer"),
                Arguments.of("HTTP/1.1 200 OK\r\nContent-", "ended within its head"),
                Arguments.of("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nlist", "ended after 4 of 9 bytes"),
                Arguments.of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "answered in pieces"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                        "answered with 99999999999 bytes, and at most 10485760 are taken"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\nX: " + "x".repeat(17000), "answered with a head of more than 16384 bytes"));
    }

    @ParameterizedTest
    @MethodSource("noAnswers")
    void noAnswerIsToldInAClause(String answer, String message) {
        try (ScriptedServer server = ScriptedServer.saying(answer)) {
            assertThatThrownBy(() -> fetch.get(server.address("/crl")))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(message);
        }
    }

    @Test
    void ocspAnswerIsShorterThanACrl() throws IOException {
        String answer = "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(RevocationFetch.LARGEST_OCSP_ANSWER + 1);
        try (ScriptedServer server = ScriptedServer.saying(answer)) {
            assertThat(fetch.get(server.address("/"))).hasSize(65537);
            assertThatThrownBy(() -> fetch.post(server.address("/"), new byte[1]))
                    .hasMessage("answered with more than 65536 bytes");
        }
    }

    @Test
    void nobodyListening() {
        ScriptedServer closed = ScriptedServer.saying("");
        closed.close();

        assertThatThrownBy(() -> fetch.get(closed.address("/")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refused");
    }

    /** One byte at a time keeps any limit between two bytes from ever being reached. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n\r\n", "", "HTTP/1.1 200 OK\r\nX: "})
    void timeLimitIsOfTheWhole(String beginning) throws InterruptedException {
        RevocationFetch hasty = new HttpRevocationFetch(Proxy.NO_PROXY, Duration.ofMillis(300));
        CountDownLatch hungUp = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.doing(out -> {
            try {
                out.write(beginning.getBytes(StandardCharsets.US_ASCII));
                while (!hungUp.await(20, TimeUnit.MILLISECONDS)) {
                    out.write('x');
                }
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            } catch (IOException gone) {
                hungUp.countDown();
            }
        })) {
            Instant began = Instant.now();
            assertThatThrownBy(() -> hasty.get(server.address("/"))).hasMessage("no whole answer within 300 ms");
            assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(3));
            assertThat(hungUp.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void requestOfACrl() throws IOException {
        try (ScriptedServer server = ScriptedServer.saying("HTTP/1.1 200 OK\r\n\r\n")) {
            fetch.get(server.address("/a%20b.crl?delta=no"));

            assertThat(server.requests())
                    .containsExactly("GET /a%20b.crl?delta=no HTTP/1.0\r\n"
                            + "Host: 127.0.0.1:" + server.port() + "\r\n"
                            + "User-Agent: throughline\r\nConnection: close\r\n\r\n");
        }
    }

    @Test
    void requestOfAnOcspAnswer() throws IOException {
        try (ScriptedServer server = ScriptedServer.saying("HTTP/1.1 200 OK\r\n\r\n")) {
            fetch.post(server.address(""), "question".getBytes(StandardCharsets.US_ASCII));

            assertThat(server.requests())
                    .containsExactly("POST / HTTP/1.0\r\n"
                            + "Host: 127.0.0.1:" + server.port() + "\r\n"
                            + "User-Agent: throughline\r\nConnection: close\r\n"
                            + "Content-Type: application/ocsp-request\r\nContent-Length: 8\r\n\r\nquestion");
        }
    }

    @Test
    void proxyIsAskedInAbsoluteForm() throws IOException {
        try (ScriptedServer proxy = ScriptedServer.saying("HTTP/1.1 200 OK\r\n\r\nlist")) {
            InetSocketAddress hop = InetSocketAddress.createUnresolved("127.0.0.1", proxy.port());
            RevocationFetch through = new HttpRevocationFetch(new Proxy(Proxy.Type.HTTP, hop), Duration.ofSeconds(5));

            assertThat(through.get(URI.create("http://crl.example/list"))).hasSize(4);
            assertThat(proxy.requests())
                    .singleElement()
                    .asString()
                    .startsWith("GET http://crl.example/list HTTP/1.0\r\nHost: crl.example\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "socks"})
    void proxyOfTheJvmIsNotUsed(String kind) throws IOException {
        String host = kind + "ProxyHost";
        String port = kind + "ProxyPort";
        try (ScriptedServer server = ScriptedServer.saying("HTTP/1.1 200 OK\r\n\r\nlist")) {
            System.setProperty(host, "127.0.0.1");
            System.setProperty(port, "1");
            System.setProperty("http.nonProxyHosts", "");
            assertThat(fetch.get(server.address("/"))).hasSize(4);
        } finally {
            System.clearProperty(host);
            System.clearProperty(port);
            System.clearProperty("http.nonProxyHosts");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://crl.example/", "ldap://crl.example/", "http:/list", "http://crl.example:70000/"})
    void onlyHttpAddressesAreAsked(String address) {
        assertThatThrownBy(() -> fetch.get(URI.create(address))).hasMessage("only http addresses are asked");
    }

    @Test
    void limitBelowAMillisecondIsRefused() {
        assertThatThrownBy(() -> new HttpRevocationFetch(Proxy.NO_PROXY, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The time limit is PT0S: a millisecond or more is accepted.");
    }
}
