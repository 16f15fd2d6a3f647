package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TunnelTest {
    private static final String CONNECT = "CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n";

    private PlainServer replica;
    private Tunnel tunnel;
    private TestClient client;

    @BeforeEach
    void open() throws IOException {
        replica = PlainServer.echo();
        open(TunnelSettings.builder(Routes.to("replica.test", replica.address())));
    }

    private void open(TunnelSettings.Builder settings) throws IOException {
        if (tunnel != null) {
            close();
        }
        tunnel = Tunnel.open(settings.build());
        client = TestClient.of(tunnel.address());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        tunnel.close();
    }

    @AfterEach
    void closeReplica() throws IOException {
        replica.close();
    }

    @Test
    void says200AndPassesBytesBothWays() throws IOException {
        client.send(CONNECT);
        String head = client.readHead();
        client.send("to and fro");

        assertThat(head).startsWith("HTTP/1.1 200 Connection established\r\n");
        assertThat(head).contains("\r\nProxy-Agent: throughline-tunnel\r\n").doesNotContain("Via");
        // RFC 9110, 9.3.6: neither field may stand in a 2xx answer to CONNECT.
        assertThat(head).doesNotContainIgnoringCase("content-length").doesNotContainIgnoringCase("transfer-encoding");
        assertThat(client.read(10)).isEqualTo("to and fro");
        assertThat(tunnel.passages().get(0).ended()).isFalse();
    }

    @Test
    void aPassageHoldsWhatBothEndsSee() throws IOException {
        client.send(CONNECT);
        int answered = client.readHead().length();
        client.send("to and fro");
        client.read(10);
        client.socket.shutdownOutput();
        assertThat(client.readToEnd()).isEmpty();

        Passage passage = Await.onlyPassage(tunnel);
        assertThat(passage.id()).isEqualTo(1);
        assertThat(passage.client()).isEqualTo(client.socket.getLocalSocketAddress());
        assertThat(passage.target()).contains("replica.test:443");
        assertThat(passage.treatment()).isEqualTo(Treatment.PASSED);
        assertThat(passage.upstreamPort()).hasValue(replica.peerPorts().get(0));
        assertThat(passage.bytesFromClient()).isEqualTo(CONNECT.length() + 10);
        assertThat(passage.bytesToClient()).isEqualTo(answered + 10);
        assertThat(passage.bytesToReplica()).isEqualTo(10);
        assertThat(passage.bytesFromReplica()).isEqualTo(10);
        assertThat(passage.note()).isEmpty();
    }

    @Test
    void bytesRightBehindTheHeadReachTheReplica() throws IOException {
        client.send(CONNECT + "eager");
        client.readHead();

        assertThat(client.read(5)).isEqualTo("eager");
    }

    @Test
    void aClientThatHasFinishedStillGetsTheAnswer() throws IOException {
        try (PlainServer counting = new PlainServer(socket -> {
            int length = socket.getInputStream().readAllBytes().length;
            socket.getOutputStream().write(("got " + length).getBytes(UTF_8));
        })) {
            open(TunnelSettings.builder(Routes.to("replica.test", counting.address())));
            client.send(CONNECT + "12345");
            client.readHead();
            client.socket.shutdownOutput();

            assertThat(client.readToEnd()).isEqualTo("got 5");
        }
    }

    @Test
    void aReplicaThatHasFinishedStillGetsTheRest() throws IOException {
        try (PlainServer greeting = new PlainServer(socket -> {
            socket.getOutputStream().write("bye".getBytes(UTF_8));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        })) {
            open(TunnelSettings.builder(Routes.to("replica.test", greeting.address())));
            client.send(CONNECT);
            client.readHead();
            assertThat(client.readToEnd()).isEqualTo("bye");
            client.send("more");
            client.close();

            assertThat(Await.onlyPassage(tunnel).bytesToReplica()).isEqualTo(4);
            assertThat(greeting.failures()).isEmpty();
        }
    }

    @Test
    void aLargeBodyArrivesUnchanged() throws Exception {
        client.send(CONNECT);
        client.readHead();

        LargeBody.sendAndCompare(client.socket, client.socket);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET http://replica.test/ HTTP/1.1         | 405 Method Not Allowed",
                "POST / HTTP/1.1                           | 405 Method Not Allowed",
                "CONNECT replica.test HTTP/1.1             | 400 Bad Request",
                "CONNECT replica.test:0 HTTP/1.1           | 400 Bad Request",
                "CONNECT replica.test:65536 HTTP/1.1       | 400 Bad Request",
                "CONNECT http://replica.test:443/ HTTP/1.1 | 400 Bad Request",
                "CONNECT  replica.test:443 HTTP/1.1        | 400 Bad Request",
                "CONNECT replica.test:443                  | 400 Bad Request",
                "connect replica.test:443 HTTP/1.1         | 405 Method Not Allowed",
                "CONNECT replica.test:443 HTTP/1.0         | 505 HTTP Version Not Supported",
                "CONNECT unknown.test:443 HTTP/1.1         | 502 Bad Gateway",
                "CONNECT [::1]:443 HTTP/1.1                | 502 Bad Gateway",
            })
    void refusesWithTheStatusThatSaysWhy(String requestLine, String status) throws IOException {
        client.send(requestLine + "\r\n\r\n");
        TestClient.Answer answer = client.readAnswer();

        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 " + status);
        assertThat(answer.head()).contains("\r\nConnection: close\r\n", "\r\nVia: 1.1 throughline-tunnel\r\n");
        assertThat(answer.body()).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        assertThat(client.readToEnd()).isEmpty();
        client.close();
        Passage passage = Await.onlyPassage(tunnel);
        assertThat(passage.treatment()).isEqualTo(Treatment.REFUSED);
        assertThat(passage.note()).hasValueSatisfying(note -> assertThat(note).startsWith(status.substring(0, 3)));
        assertThat(passage.upstreamPort()).isEmpty();
    }

    @Test
    void namesTheMethodItAccepts() throws IOException {
        client.send("GET / HTTP/1.1\r\n\r\n");

        assertThat(client.readHead()).contains("\r\nAllow: CONNECT\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Bad Name: x     | 400",
                "NoColon         | 400",
                ": nameless      | 400",
                "' folded: line' | 400",
                "Space : before  | 400",
            })
    void refusesMalformedHeaderLines(String line, String status) throws IOException {
        client.send("CONNECT replica.test:443 HTTP/1.1\r\n" + line + "\r\n\r\n");

        assertThat(client.readAnswer().statusLine()).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void acceptsAHeadOf8KiBAndRefusesALongerOne() throws IOException {
        // The limit is on the bytes of the lines, carriage returns included and line feeds not.
        String line = "CONNECT replica.test:443 HTTP/1.1\r\nX: ";
        int filling = 8192 - line.length() + 1 - 2;
        client.send(line + "x".repeat(filling) + "\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");

        try (TestClient second = TestClient.of(tunnel.address())) {
            second.send(line + "x".repeat(filling + 1) + "\r\n\r\n");
            assertThat(second.readAnswer().statusLine()).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void accepts64FieldsAndRefuses65() throws IOException {
        String line = "CONNECT replica.test:443 HTTP/1.1\r\n";
        client.send(line + "X: x\r\n".repeat(64) + "\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");

        try (TestClient second = TestClient.of(tunnel.address())) {
            second.send(line + "X: x\r\n".repeat(65) + "\r\n");
            assertThat(second.readAnswer().statusLine()).startsWith("HTTP/1.1 431 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0016\u0003\u0001\u0002\u0000", "\u0000", "SSH-2.0-x\rOpen", "\u0005\u0001\u0000"})
    void garbageGetsAnAnswerAtOnceAndTheBoxLivesOn(String garbage) throws IOException {
        client.send(garbage);
        assertThat(client.readAnswer().statusLine()).isEqualTo("HTTP/1.1 400 Bad Request");

        try (TestClient second = TestClient.of(tunnel.address())) {
            second.send(CONNECT);
            assertThat(second.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void whatTheClientSentIsQuotedAsText() throws IOException {
        client.send("<b>&\" / HTTP/1.1\r\n\r\n");

        assertThat(client.readAnswer().body()).contains("&lt;b&gt;&amp;&quot;").doesNotContain("<b>");
    }

    @Test
    void aSilentClientIsSentAwayInTime() throws IOException {
        close();
        tunnel = Tunnel.open(
                TunnelSettings.builder(Routes.to("replica.test", replica.address()))
                        .build(),
                Duration.ofMillis(50));
        client = TestClient.of(tunnel.address());
        client.send("CONNECT replica.test");

        assertThat(client.readToEnd()).isEmpty();
        assertThat(Await.onlyPassage(tunnel).note())
                .hasValueSatisfying(note -> assertThat(note).contains("50 ms"));
    }

    @Test
    void aClientThatLeavesIsNoted() throws IOException {
        client.close();

        Passage passage = Await.onlyPassage(tunnel);
        assertThat(passage.treatment()).isEqualTo(Treatment.REFUSED);
        assertThat(passage.note()).contains("the client left without a request");
    }

    @Test
    void aReplicaThatCannotBeReachedGives502() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
        open(TunnelSettings.builder(Routes.to("replica.test", nobody)));
        client.send(CONNECT);
        TestClient.Answer answer = client.readAnswer();

        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
        assertThat(answer.body()).contains("could not connect to 127.0.0.1:" + nobody.getPort() + ": ");
    }

    @Test
    void aDeniedHostGets403AndAPage() throws IOException {
        open(TunnelSettings.builder(Routes.to("replica.test", replica.address()))
                .deny("Replica.TEST"));
        client.send(CONNECT);
        TestClient.Answer answer = client.readAnswer();

        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 403 Forbidden");
        assertThat(answer.head()).contains("\r\nContent-Type: text/html");
        assertThat(answer.body()).contains("may not connect to replica.test");
        assertThat(replica.peerPorts()).isEmpty();
    }

    @Test
    void withoutCredentials407AndASecondTryOnTheSameConnection() throws IOException {
        open(guarded());
        client.send(CONNECT);
        TestClient.Answer answer = client.readAnswer();
        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 407 Proxy Authentication Required");
        assertThat(answer.head()).contains("\r\nProxy-Authenticate: Basic realm=\"throughline\"\r\n");
        assertThat(answer.head()).doesNotContain("Connection: close");

        client.send(connectAs("primary", "päss:word"));
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        client.send("in");
        assertThat(client.read(2)).isEqualTo("in");
        assertThat(tunnel.passages()).hasSize(1);
        assertThat(tunnel.passages().get(0).note()).isEmpty();
    }

    @Test
    void wrongCredentialsGet407Again() throws IOException {
        open(guarded());
        client.send(connectAs("primary", "password"));
        assertThat(client.readAnswer().statusLine()).startsWith("HTTP/1.1 407 ");
        client.send("CONNECT replica.test:443 HTTP/1.1\r\nProxy-Authorization: Bearer x\r\n\r\n");
        assertThat(client.readAnswer().statusLine()).startsWith("HTTP/1.1 407 ");
        client.close();

        Passage passage = Await.onlyPassage(tunnel);
        assertThat(passage.treatment()).isEqualTo(Treatment.REFUSED);
        assertThat(passage.note()).contains("407: This proxy does not know these credentials.");
        assertThat(replica.peerPorts()).isEmpty();
    }

    @Test
    void nobodyMayGuessForEver() throws IOException {
        open(guarded());
        for (int guess = 0; guess < 8; guess++) {
            client.send(connectAs("primary", "guess" + guess));
            assertThat(client.readAnswer().statusLine()).startsWith("HTTP/1.1 407 ");
        }

        assertThat(client.readToEnd()).isEmpty();
    }

    @Test
    void aPasswordIsNotShown() {
        ProxyAccount credentials = new ProxyAccount("primary", "s3cret");

        assertThat(TunnelSettings.builder(Routes.to("replica.test", replica.address()))
                        .credentials(credentials)
                        .build()
                        .toString())
                .doesNotContain("s3cret");
        assertThatThrownBy(() -> new ProxyAccount("a:b", "s3cret")).hasMessageNotContaining("s3cret");
    }

    @Test
    void closingEndsOpenConnectionsAtOnceAndLeavesNothing() throws IOException {
        client.send(CONNECT);
        client.readHead();
        try (TestClient opening = TestClient.of(tunnel.address())) {
            opening.send("CONNECT rep");
            Await.until("both accepted", () -> tunnel.passages().size() == 2);

            Leftovers.afterClosing(tunnel);

            assertThat(client.socket.getInputStream().read()).isEqualTo(-1);
            assertThat(tunnel.passages()).allSatisfy(passage -> {
                assertThat(passage.ended()).isTrue();
                assertThat(passage.note()).contains("the box was closed");
            });
        }
    }

    private TunnelSettings.Builder guarded() {
        return TunnelSettings.builder(Routes.to("replica.test", replica.address()))
                .credentials(new ProxyAccount("primary", "päss:word"));
    }

    private static String connectAs(String user, String password) {
        String token = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
        return "CONNECT replica.test:443 HTTP/1.1\r\nProxy-Authorization: Basic " + token + "\r\n\r\n";
    }
}
