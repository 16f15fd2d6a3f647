package throughline.primary.dial;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A PAC script that is fetched, from a server of this test on loopback. */
class PacAddressTest {
    private static final String SCRIPT = "function FindProxyForURL(url, host) { return 'PROXY p.test:1'; }";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void theScriptAtAnAddressIsAsked() throws Exception {
        answer(200, SCRIPT);

        assertThat(PacScript.parse(address("/proxy.pac").toString())
                        .settings("host.test", 443)
                        .address())
                .contains("p.test:1");
    }

    /** Without names of its own this would need the system's. */
    @Test
    void itsNameIsLookedUpAsOthersAre() throws Exception {
        answer(200, SCRIPT);
        URI named = URI.create("http://pac.test:" + server.getAddress().getPort() + "/proxy.pac");

        assertThat(PacScript.of(named)
                        .resolver(host -> List.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})))
                        .settings("host.test", 443)
                        .address())
                .contains("p.test:1");
    }

    @ParameterizedTest
    @CsvSource({"404", "401", "407", "500", "204"})
    void anotherAnswerIsOneSentenceAndCredentialsAreNeverSent(int status) {
        server.createContext("/", exchange -> {
            authorizations.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
            authorizations.addAll(exchange.getRequestHeaders().getOrDefault("Proxy-Authorization", List.of()));
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"r\"");
            exchange.getResponseHeaders().add("Proxy-Authenticate", "Basic realm=\"r\"");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });

        assertThatThrownBy(() -> PacScript.of(address("/proxy.pac?key=secret"))
                        .knowing(new ProxySettings.HttpConnect(
                                "127.0.0.1",
                                server.getAddress().getPort(),
                                Optional.of(new ProxyCredentials("alice", "sesame"))))
                        .settings("host.test", 443))
                .isInstanceOf(PacException.class)
                .hasMessageContaining("the PAC script was not had")
                .hasMessageContaining(String.valueOf(status))
                .hasMessageNotContaining("secret");
        assertThat(authorizations).isEmpty();
    }

    /** A portal before the network says 200, and is gone once somebody has signed in. */
    @Test
    void aPageInTheScriptsPlaceIsAFailureOfThePath() {
        answer(200, "\r\n<html>Sign in</html>");

        assertThatThrownBy(() -> PacScript.of(address("/proxy.pac")).settings("host.test", 443))
                .isInstanceOfSatisfying(
                        PacException.class, e -> assertThat(e.isOfPath()).isTrue())
                .hasMessage(
                        "the PAC script was not had: " + address("/proxy.pac") + " answered with a page, not a script");
    }

    @Test
    void aRedirectionIsFollowed() throws Exception {
        server.createContext("/old", exchange -> {
            exchange.getResponseHeaders().add("Location", "/new");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        answer(200, SCRIPT);

        assertThat(PacScript.of(address("/old")).settings("host.test", 443).address())
                .contains("p.test:1");
    }

    @Test
    void aCircleOfRedirectionsEnds() {
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Location", "/again");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });

        assertThatThrownBy(() -> PacScript.of(address("/old")).settings("host.test", 443))
                .isInstanceOf(PacException.class)
                .hasMessageContaining("was not had");
    }

    @Test
    void whatHasNoEndIsReadUpToTheLimitOnly() {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] blanks = " ".repeat(8192).getBytes(ISO_8859_1);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(blanks);
                }
            }
        });

        assertThatThrownBy(() -> PacScript.of(address("/proxy.pac")).settings("host.test", 443))
                .hasMessage("the PAC script " + address("/proxy.pac")
                        + " has more than the 1048576 bytes that are accepted");
    }

    @Test
    void anAnswerThatNeverComesIsGivenUp() {
        server.createContext("/", exchange -> await());

        assertThatThrownBy(() -> PacScript.of(address("/proxy.pac"))
                        .limit(Duration.ofMillis(200))
                        .settings("host.test", 443))
                .isInstanceOf(PacException.class)
                .hasMessage("the PAC script was not had from " + address("/proxy.pac") + ": timeout");
    }

    @Test
    void anAnswerThatStopsInTheMiddleIsGivenUp() {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(SCRIPT.substring(0, 30).getBytes(ISO_8859_1));
            exchange.getResponseBody().flush();
            await();
        });

        assertThatThrownBy(() -> PacScript.of(address("/proxy.pac"))
                        .limit(Duration.ofMillis(200))
                        .settings("host.test", 443))
                .isInstanceOf(PacException.class)
                .hasMessageContaining("timeout");
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertThatThrownBy(() -> PacScript.parse("http://127.0.0.1:" + port + "/proxy.pac")
                        .settings("host.test", 443))
                .isInstanceOf(PacException.class)
                .hasMessageContaining("was not had from http://127.0.0.1:" + port + "/proxy.pac: ");
    }

    /** A script at an address is for finding the proxy: a proxy that this JVM is told of is not asked for it. */
    @Test
    void noProxyIsAskedForIt() throws Exception {
        answer(200, SCRIPT);
        java.net.ProxySelector before = java.net.ProxySelector.getDefault();
        java.net.ProxySelector.setDefault(
                java.net.ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
        try {
            assertThat(PacScript.of(address("/proxy.pac"))
                            .settings("host.test", 443)
                            .address())
                    .contains("p.test:1");
        } finally {
            java.net.ProxySelector.setDefault(before);
        }
    }

    private void answer(int status, String body) {
        server.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(ISO_8859_1);
            exchange.sendResponseHeaders(status, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
    }

    private void await() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }
}
