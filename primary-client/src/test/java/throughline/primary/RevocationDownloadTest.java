package throughline.primary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.TestPki;
import throughline.primary.FakeServer.Conversation;
import throughline.primary.dial.AuthenticationScheme;
import throughline.primary.dial.ProxyAuthentication;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxySettings.Chain;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.dial.ProxyTls;
import throughline.primary.dial.RevocationDownload;
import throughline.primary.evidence.PathEvidence.CredentialsWithheld;

/** Lists and answers about revoked certificates, fetched through each kind of proxy. */
class RevocationDownloadTest {
    private static final String LIST = "http://crl.outside.test/list";
    private static final String PROXY = "proxy.test";
    private static final TestPki COMPANY = TestPki.create(Clock.systemUTC());

    /** Lines of the proxies' requests: what is asked for, and what is said for it. */
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private final List<String> said = new CopyOnWriteArrayList<>();

    private String head(Wire wire) throws IOException {
        String head = wire.head();
        head.lines().limit(1).forEach(asked::add);
        head.lines()
                .filter(line -> line.startsWith("Proxy-Authorization: "))
                .forEach(line -> said.add(wire.number() + line.substring("Proxy-Authorization:".length())));
        return head;
    }

    private void document(Wire wire) throws IOException {
        head(wire);
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlist");
    }

    private static void demand(Wire wire, String challenge) throws IOException {
        wire.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: " + challenge + "\r\nContent-Length: 0\r\n\r\n");
    }

    private Conversation tunnel(int port) {
        return wire -> {
            head(wire);
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(port);
        };
    }

    private static Conversation socks(int port) {
        return wire -> {
            new FakeSocks(wire).serve(Optional.empty());
            wire.tunnelTo(port);
        };
    }

    private static Conversation inTls(Conversation inside) {
        return new FakeReplica(COMPANY.server(PROXY), COMPANY.trust(), false).speaking(inside);
    }

    private static Hop http(FakeServer server) {
        return (Hop) ProxySettings.httpConnect(PROXY, server.port());
    }

    private static Hop https(FakeServer server) {
        return (Hop) ProxySettings.httpsConnect(PROXY, server.port(), ProxyTls.trusting(COMPANY.trust()));
    }

    private static Hop socks(FakeServer server) {
        return (Hop) ProxySettings.socks5(PROXY, server.port());
    }

    private static String fetch(ProxySettings proxy) throws IOException {
        try (RevocationDownload download = new RevocationDownload(proxy, Lab.LOOPBACK, Lab.limits())) {
            return new String(download.get(URI.create(LIST)), US_ASCII);
        }
    }

    /** A tunnel to port 80 is what many proxies refuse: the last one is asked for the document, in the clear or in TLS. */
    @Test
    void theLastProxyOfAnyKindIsAskedForTheDocument() throws IOException {
        try (FakeServer plain = new FakeServer(this::document);
                FakeServer secured = new FakeServer(inTls(this::document));
                FakeServer toPlain = new FakeServer(tunnel(plain.port()));
                FakeServer toSecured = new FakeServer(socks(secured.port()));
                FakeServer securedToPlain = new FakeServer(inTls(tunnel(plain.port())))) {
            for (ProxySettings proxy : List.of(
                    http(plain),
                    https(secured),
                    new Chain(http(toPlain), http(plain)),
                    new Chain(socks(toSecured), https(secured)),
                    new Chain(https(securedToPlain), http(plain)))) {
                asked.clear();

                assertThat(fetch(proxy)).isEqualTo("list");
                assertThat(asked).last().isEqualTo("GET " + LIST + " HTTP/1.1");
            }
        }
    }

    @Test
    void throughALastProxyThatSpeaksSocksTheServerIsAsked() throws IOException {
        try (FakeServer server = new FakeServer(this::document);
                FakeServer proxy = new FakeServer(socks(server.port()));
                FakeServer first = new FakeServer(tunnel(proxy.port()))) {
            assertThat(fetch(socks(proxy))).isEqualTo("list");
            assertThat(asked).containsExactly("GET /list HTTP/1.1");
            assertThat(fetch(new Chain(http(first), socks(proxy)))).isEqualTo("list");
            assertThat(asked).last().isEqualTo("GET /list HTTP/1.1");
        }
    }

    /** Whether the content comes with the head or later must not matter: nobody else reads along. */
    @ParameterizedTest
    @ValueSource(strings = {"direct", "http", "socks"})
    void aDocumentInOnePieceIsWhole(String way) throws IOException {
        String content = "x".repeat(5000);
        try (FakeServer server = new FakeServer(wire -> {
                    head(wire);
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + content);
                });
                FakeServer proxy = new FakeServer(socks(server.port()));
                RevocationDownload download = new RevocationDownload(
                        way.equals("direct")
                                ? ProxySettings.direct()
                                : way.equals("http") ? http(server) : socks(proxy),
                        Lab.LOOPBACK,
                        Lab.limits())) {
            for (int i = 0; i < 20; i++) {
                assertThat(download.get(URI.create("http://crl.outside.test:" + server.port())))
                        .hasSize(5000);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic realm=\"r\"", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""})
    void aRefusedPairIsNotSentAgainUntilItChanges(String challenge) throws IOException {
        List<String> password = new CopyOnWriteArrayList<>(List.of("wrong"));
        ProxyAuthentication authentication =
                ProxyAuthentication.from(() -> Optional.of(new ProxyCredentials("alice", password.get(0))));
        try (FakeServer proxy = new FakeServer(wire -> {
                    while (true) {
                        head(wire);
                        demand(wire, challenge);
                    }
                });
                RevocationDownload download = new RevocationDownload(
                        new HttpConnect("127.0.0.1", proxy.port(), authentication), Lab.LOOPBACK, Lab.limits())) {
            assertThatThrownBy(() -> download.get(URI.create(LIST))).hasMessageContaining("answered 407");
            assertThatThrownBy(() -> download.post(URI.create(LIST), new byte[1]))
                    .hasMessageContaining("refused these credentials before: they were not sent again")
                    .hasMessageNotContaining("wrong");
            assertThat(said).hasSize(1);

            password.set(0, "other");
            assertThatThrownBy(() -> download.get(URI.create(LIST))).hasMessageContaining("answered 407");
            assertThat(said).hasSize(2);
        }
    }

    /** tinyproxy says 401 of a wrong password; so does a server of itself, whom nothing was sent. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerOf401IsTheProxysUnlessItHasAcceptedThePairBefore(boolean accepted) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
                    head(wire);
                    demand(wire, "Basic realm=\"r\"");
                    head(wire);
                    wire.send("HTTP/1.1 " + (accepted && asked.size() == 2 ? 200 : 401)
                            + " Answer\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                });
                RevocationDownload download = new RevocationDownload(
                        new HttpConnect("127.0.0.1", proxy.port(), alice()), Lab.LOOPBACK, Lab.limits())) {
            if (accepted) {
                assertThat(download.get(URI.create(LIST))).isEmpty();
            }
            assertThatThrownBy(() -> download.get(URI.create(LIST))).hasMessageContaining("answered 401");
            assertThatThrownBy(() -> download.get(URI.create(LIST)))
                    .hasMessageContaining(accepted ? "answered 401" : "not sent again");
            assertThat(said).hasSize(accepted ? 3 : 1);
        }
    }

    /** One memory for whatever is asked of one proxy. */
    @Test
    void whatTheDownloadWasRefusedWithTheDiallerDoesNotSend() throws IOException {
        ProxyAuthentication authentication = ProxyAuthentication.of(new ProxyCredentials("alice", "wrong"));
        try (FakeServer proxy = new FakeServer(wire -> {
            while (true) {
                head(wire);
                demand(wire, "Basic realm=\"r\"");
            }
        })) {
            HttpConnect hop = new HttpConnect("127.0.0.1", proxy.port(), authentication);
            assertThatThrownBy(() -> fetch(hop)).hasMessageContaining("answered 407");

            ReplicationFailed failed = Lab.fails(new Lab().settings(1).proxy(hop));

            assertThat(Lab.all(failed, CredentialsWithheld.class)).hasSize(1);
            assertThat(said).hasSize(1);
        }
    }

    /** RFC 7616 section 3.4: the target as the request has it. */
    @Test
    void digestIsForTheAddressThatIsAskedFor() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            head(wire);
            demand(wire, "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256");
            document(wire);
        })) {
            assertThat(fetch(new HttpConnect("127.0.0.1", proxy.port(), alice())))
                    .isEqualTo("list");
            assertThat(said).singleElement().asString().contains("uri=\"" + LIST + "\"");
        }
    }

    @Test
    void ntlmTakesItsStepsOnOneConnection() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            head(wire);
            demand(wire, "NTLM");
            head(wire);
            demand(wire, "NTLM " + ProxySchemesTest.DEMAND);
            document(wire);
        })) {
            assertThat(fetch(new HttpConnect("127.0.0.1", proxy.port(), alice().using(AuthenticationScheme.NTLM))))
                    .isEqualTo("list");
            assertThat(said).hasSize(2).allMatch(line -> line.startsWith("1 NTLM "));
        }
    }

    @Test
    void ntlmThatIsCutOffInTheMiddleIsNotTriedAgain() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            head(wire);
            demand(wire, "NTLM");
            head(wire);
            wire.send("HTTP/1.1 407 Who\r\nConnection: close\r\nContent-Length: 0\r\nProxy-Authenticate: NTLM "
                    + ProxySchemesTest.DEMAND + "\r\n\r\n");
        })) {
            assertThatThrownBy(() ->
                            fetch(new HttpConnect("127.0.0.1", proxy.port(), alice().using(AuthenticationScheme.NTLM))))
                    .hasMessageContaining("in the middle of a login");
            assertThat(said).hasSize(1);
        }
    }

    private static ProxyAuthentication alice() {
        return ProxyAuthentication.of(new ProxyCredentials("alice", "Open Sesame"));
    }
}
