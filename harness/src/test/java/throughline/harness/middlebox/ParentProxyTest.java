package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tunnel that asks another one, and a tunnel that promises before it has asked. */
@Timeout(60)
class ParentProxyTest {
    private static final String CONNECT = "CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n";

    private final PlainServer replica = PlainServer.echo();
    private Optional<Tunnel> parent = Optional.empty();
    private Optional<Tunnel> child = Optional.empty();

    private Tunnel parent(TunnelSettings.Builder settings) {
        parent = Optional.of(Tunnel.open(settings.build()));
        return parent.get();
    }

    private TestClient client(TunnelSettings.Builder settings) throws IOException {
        Tunnel tunnel = Tunnel.open(settings.build(), Listening.onLoopback().patience(Duration.ofSeconds(5)));
        child = Optional.of(tunnel);
        return TestClient.of(tunnel.address());
    }

    private TunnelSettings.Builder leadingToReplica() {
        return TunnelSettings.builder(Routes.to("replica.test", replica.address()));
    }

    private static TunnelSettings.Builder asking(InetSocketAddress next) {
        return TunnelSettings.builder((host, port) -> Optional.empty()).parent(new ParentProxy(next, Optional.empty()));
    }

    private static TunnelSettings.Builder asking(InetSocketAddress next, String password) {
        return TunnelSettings.builder((host, port) -> Optional.empty())
                .parent(new ParentProxy(next, Optional.of(new ProxyAccount("child", password))));
    }

    @AfterEach
    void close() throws IOException {
        child.ifPresent(Tunnel::close);
        parent.ifPresent(Tunnel::close);
        replica.close();
    }

    @Test
    void theParentIsAskedForTheSameTargetAndBytesPass() throws IOException {
        try (TestClient client = client(asking(parent(leadingToReplica()).address()))) {
            client.send(CONNECT + "eager");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");

            assertThat(client.read(5)).isEqualTo("eager");
            assertThat(parent.orElseThrow().passages().get(0).target()).contains("replica.test:443");
        }
    }

    @Test
    void theChildLogsInAsItself() throws IOException {
        Tunnel asked = parent(leadingToReplica().credentials(new ProxyAccount("child", "päss:word")));
        try (TestClient client = client(asking(asked.address(), "päss:word"))) {
            client.send(CONNECT);

            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void whatTheClientLogsInWithIsNotForTheParent() throws IOException {
        Tunnel asked = parent(leadingToReplica().credentials(new ProxyAccount("primary", "s3cret")));
        try (TestClient client = client(asking(asked.address()).credentials(new ProxyAccount("primary", "s3cret")))) {
            // RFC 9110, 11.7.2: Proxy-Authorization is for the next proxy alone. "primary:s3cret"
            client.send("CONNECT replica.test:443 HTTP/1.1\r\nProxy-Authorization: Basic cHJpbWFyeTpzM2NyZXQ=\r\n\r\n");
            TestClient.Answer answer = client.readAnswer();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
            // RFC 9110, 11.7.1: nor does its challenge concern the client.
            assertThat(answer.head()).doesNotContain("Proxy-Authenticate");
        }
    }

    @Test
    void aWrongLoginOfTheChildsIsItsOwnFault() throws IOException {
        Tunnel asked = parent(leadingToReplica().credentials(new ProxyAccount("child", "right")));
        try (TestClient client = client(asking(asked.address(), "wrong"))) {
            client.send(CONNECT);
            TestClient.Answer answer = client.readAnswer();

            // RFC 9110, 15.6.3: a gateway says 502 when the next one gives no answer that it can use.
            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
            assertThat(answer.body()).contains("the parent proxy answered 407").doesNotContain("wrong");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 403 Forbidden,,                        | answered 403",
                "HTTP/1.1 302 Found,Location: /,,                | answered 302",
                "HTTP/1.1 100 Continue,,                         | answered 100",
                "HTTP/2 200,,                                    | no status line",
                "SSH-2.0-OpenSSH,,                               | no status line",
                "                                                | left without an answer",
                "HTTP/1.1 200 OK,                                | ended inside",
                "HTTP/1.1 200 OK,Bad Name: x,,                   | no name before a colon",
            })
    void whatIsNoConsentGives502(String said, String why) throws IOException {
        String answer = said == null ? "" : said.replace(",", "\r\n");
        try (PlainServer odd = new PlainServer(socket -> {
                    TestClient asker = new TestClient(socket);
                    asker.readHead();
                    asker.send(answer);
                });
                TestClient client = client(asking(odd.address()))) {
            client.send(CONNECT);
            TestClient.Answer given = client.readAnswer();

            assertThat(given.statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
            assertThat(given.body()).contains(why);
        }
    }

    @Test
    void anEndlessAnswerOfTheParentsIsNotReadToItsEnd() throws IOException {
        try (PlainServer endless = new PlainServer(socket -> {
                    new TestClient(socket).readHead();
                    byte[] filling =
                            "X-Filling: more and more of it\r\n".repeat(32).getBytes(US_ASCII);
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\n".getBytes(US_ASCII));
                    while (true) {
                        socket.getOutputStream().write(filling);
                    }
                });
                TestClient client = client(asking(endless.address()))) {
            client.send(CONNECT);

            assertThat(client.readAnswer().body()).contains("the parent proxy failed", "64");
            assertThat(child.orElseThrow().passages().get(0).bytesFromReplica()).isLessThan(10_000);
        }
    }

    @Test
    void aParentThatCannotBeReachedGives502() throws IOException {
        try (TestClient client = client(asking(nobody()))) {
            client.send(CONNECT);

            assertThat(client.readAnswer().statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
        }
    }

    @Test
    void bytesRightBehindTheParentsConsentReachTheClient() throws IOException {
        try (PlainServer hasty = new PlainServer(socket -> {
                    TestClient asker = new TestClient(socket);
                    asker.readHead();
                    // RFC 9110, 9.3.6: Content-Length in a 2xx answer to CONNECT is to be ignored.
                    asker.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbanner");
                });
                TestClient client = client(asking(hasty.address()))) {
            client.send(CONNECT);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ").doesNotContain("Content-Length");

            assertThat(client.readToEnd()).isEqualTo("banner");
        }
    }

    @Test
    void whoPromisesFirstStillAsksItsParent() throws IOException {
        Tunnel asked = parent(leadingToReplica());
        try (TestClient client = client(asking(asked.address()).answersBeforeDialling())) {
            client.send(CONNECT + "eager");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");

            assertThat(client.read(5)).isEqualTo("eager");
            assertThat(asked.passages()).hasSize(1);
        }
    }

    @Test
    void whoPromisesFirstHasNothingMoreToSayWhenTheReplicaIsDown() throws IOException {
        TunnelSettings.Builder settings =
                TunnelSettings.builder(Routes.to("replica.test", nobody())).answersBeforeDialling();
        try (TestClient client = client(settings)) {
            client.send(CONNECT);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");

            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(Await.onlyPassage(child.orElseThrow()).note())
                .hasValueSatisfying(note -> assertThat(note).startsWith("could not connect to"));
    }

    @Test
    void whoPromisesFirstDoesSoForNoNameAtAll() throws IOException {
        TunnelSettings.Builder settings = leadingToReplica().answersBeforeDialling();
        try (TestClient client = client(settings)) {
            client.send("CONNECT unknown.test:443 HTTP/1.1\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");

            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(Await.onlyPassage(child.orElseThrow()).note()).contains("no route to unknown.test");
    }

    private static InetSocketAddress nobody() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
    }
}
