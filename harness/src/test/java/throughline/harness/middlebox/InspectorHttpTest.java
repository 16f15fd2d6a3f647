package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.identity.TlsContexts;

/** HTTP/1.1 through the inspector, between the JDK's own client and server or by hand. */
@Timeout(60)
class InspectorHttpTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpsServer server;
    private Inspector inspector;
    private HttpClient client;

    @BeforeEach
    void open() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(
                TlsContexts.context(Pki.REPLICA.keyManager(), Pki.laboratory().trustManager())));
        server.setExecutor(threads);
        server.createContext(
                "/echo",
                exchange -> answer(exchange, 200, exchange.getRequestBody().readAllBytes()));
        server.createContext("/via", exchange -> answer(exchange, 200, via(exchange)));
        server.createContext("/nothing", exchange -> answer(exchange, 204, new byte[0]));
        server.createContext("/missing", exchange -> answer(exchange, 404, "not here".getBytes(UTF_8)));
        server.createContext("/chunked", exchange -> {
            // The JDK's client reads nothing before it has sent everything.
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        inspector = Inspector.open(settings(server.getAddress()).build());
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TlsContexts.context(Pki.inspection().trustManager()))
                .proxy(ProxySelector.of(inspector.address()))
                .executor(threads)
                .build();
    }

    private static InspectorSettings.Builder settings(InetSocketAddress replica) {
        return InspectorSettings.builder(
                Routes.to("replica.test", replica), Pki.LABORATORY.inspector(), Pki.laboratory());
    }

    @AfterEach
    void close() {
        inspector.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void carriesRequestAndAnswer() throws Exception {
        HttpResponse<String> answer = send(request("/echo").POST(HttpRequest.BodyPublishers.ofString("a body")));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("a body");
        assertThat(answer.headers().allValues("Via")).containsExactly("1.1 throughline-inspector");
    }

    @Test
    void tellsTheReplicaItsName() throws Exception {
        assertThat(send(request("/via")).body()).isEqualTo("1.1 throughline-inspector");
    }

    @ParameterizedTest
    @CsvSource({"GET, /nothing, 204, ''", "GET, /missing, 404, not here", "HEAD, /missing, 404, ''"})
    void answersWithoutBodiesAndRefusalsPassUnchanged(String method, String path, int status, String body)
            throws Exception {
        HttpResponse<String> answer = send(request(path).method(method, HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body);
    }

    @Test
    void manyRequestsShareOneConnectionOnBothSides() throws Exception {
        for (int request = 0; request < 5; request++) {
            send(request("/echo").POST(HttpRequest.BodyPublishers.ofString("body " + request)));
            send(request("/chunked").POST(HttpRequest.BodyPublishers.ofString("chunk " + request)));
            send(request("/missing").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        }

        assertThat(inspector.passages()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/echo", "/chunked"})
    void aLargeBodyOfKnownLengthArrivesUnchanged(String path) throws Exception {
        HttpRequest request = request(path)
                .POST(HttpRequest.BodyPublishers.ofByteArray(LargeBody.content()))
                .build();

        assertThat(client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body())
                .isEqualTo(LargeBody.content());
    }

    @Test
    void aLargeChunkedBodyArrivesUnchanged() throws Exception {
        HttpRequest request = request("/chunked")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(LargeBody.content())))
                .build();

        assertThat(client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body())
                .isEqualTo(LargeBody.content());
    }

    @Test
    void anInterimAnswerPassesBeforeTheBody() throws Exception {
        // The client waits for "100 Continue" (RFC 9110, 10.1.1) and only then sends the body.
        HttpResponse<String> answer = send(
                request("/echo").expectContinue(true).POST(HttpRequest.BodyPublishers.ofString("after the interim")));

        assertThat(answer.body()).isEqualTo("after the interim");
    }

    @Test
    void anEarlyRefusalPassesWhileTheBodyIsStillComing() throws IOException {
        String refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!";
        try (TlsReplica replica = replicaSaying(refusal);
                Inspector before = Inspector.open(settings(replica.address()).build());
                TlsClient primary = new TlsClient(before.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
            session.socket.getOutputStream().write(new byte[10_000]);
            TestClient.Answer answer = session.readAnswer();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 413 Content Too Large");
            assertThat(answer.head()).contains("\r\nConnection: close\r\n");
            assertThat(answer.body()).isEqualTo("no!");
            assertThat(session.readToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1 200 OK||until the end',               until the end",
        "'HTTP/1.0 200 OK|Content-Length: 4||four',      four",
        "'HTTP/1.1 200|Connection: close|Content-Length: 4||four', four",
    })
    void theEndOfTheConnectionIsPassedOn(String said, String body) throws IOException {
        try (TlsReplica replica = replicaSaying(said.replace("|", "\r\n"));
                Inspector before = Inspector.open(settings(replica.address()).build());
                TlsClient primary = new TlsClient(before.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(session.readHead()).startsWith("HTTP/1.1 200 ").contains("\r\nConnection: close\r\n");
            assertThat(session.readToEnd()).isEqualTo(body);
        }
    }

    @Test
    void theReplicasSideEndsWithTheClients() throws Exception {
        try (StubbornReplica replica = new StubbornReplica("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                Inspector before = Inspector.open(settings(replica.address()).build());
                TlsClient primary = new TlsClient(before.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            session.readAnswer();
            session.close();

            assertThat(Await.onlyPassage(before).note()).isEmpty();
        }
    }

    @Test
    void aReplicaThatSaysCloseNeedNotDoSo() throws Exception {
        String last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
        try (StubbornReplica replica = new StubbornReplica(last);
                Inspector before = Inspector.open(settings(replica.address()).build());
                TlsClient primary = new TlsClient(before.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            session.readHead();

            assertThat(session.readToEnd()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'',                                                     did not answer: it closed the connection",
        "'SSH-2.0-OpenSSH||',                                    is no status line",
        "'HTTP/1.1 200 OK|Content-Length: 1|Content-Length: 2||', Content-Length 1",
    })
    void aReplicaThatDoesNotAnswerProperlyGives502(String said, String explanation) throws IOException {
        try (TlsReplica replica = replicaSaying(said.replace("|", "\r\n"));
                Inspector before = Inspector.open(settings(replica.address()).build());
                TlsClient primary = new TlsClient(before.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            TestClient.Answer answer = session.readAnswer();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Proxy Error");
            assertThat(answer.body()).contains(explanation);
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotCompleted() throws IOException {
        try (TlsReplica replica = replicaSaying("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nonly");
                Inspector before = Inspector.open(settings(replica.address()).build());
                TlsClient primary = new TlsClient(before.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            session.readHead();

            assertThat(session.read(4)).isEqualTo("only");
            assertThat(Await.onlyPassage(before).note())
                    .contains("the connection ended 6 bytes before the end of a body");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'garbage||',                                                          400",
        "'GET / HTTP/1.0||',                                                   505",
        "'GET / HTTP/1.1|Bad Name: x||',                                       400",
        "'POST / HTTP/1.1|Host: x|Content-Length: 1|Transfer-Encoding: chunked||', 400",
        "'POST / HTTP/1.1|Host: x|Transfer-Encoding: gzip||',                  501",
        // RFC 9112, 3.2
        "'GET / HTTP/1.1||',                                                   400",
        "'GET / HTTP/1.1|Host: x|host: x||',                                   400",
    })
    void aRequestThatIsNotUnderstoodIsAnsweredByTheInspector(String request, String status) throws IOException {
        try (TlsClient primary = new TlsClient(inspector.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send(request.replace("|", "\r\n"));
            TestClient.Answer answer = session.readAnswer();

            assertThat(answer.statusLine()).startsWith("HTTP/1.1 " + status);
            assertThat(answer.head()).doesNotContain("Allow:");
        }
        assertThat(Await.onlyPassage(inspector).upstreamPort()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'GET\t/ HTTP/1.1|Host: x||',       'GET\\t/ HTTP/1.1'",
        "'GET /\\t HTTP/1.1 |Host: x||',    'GET /\\\\t HTTP/1.1 '",
        "'GET / HTTP/1.1|Host\t: x||',      'Host\\t: x'",
    })
    void whatCannotBeSeenInARefusedLineIsShown(String request, String shown) throws IOException {
        try (TlsClient primary = new TlsClient(inspector.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send(request.replace("|", "\r\n"));

            assertThat(session.readAnswer().body()).contains("&quot;" + shown + "&quot;");
        }
    }

    @Test
    void aConnectInsideTheSessionGets405() throws IOException {
        try (TlsClient primary = new TlsClient(inspector.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send("CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n");
            TestClient.Answer answer = session.readAnswer();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 405 Method Not Allowed");
            // RFC 9110, 15.5.6
            assertThat(answer.head()).contains("\r\nAllow: GET, ").doesNotContain("CONNECT");
        }
        assertThat(Await.onlyPassage(inspector).upstreamPort()).isEmpty();
    }

    @Test
    void aSessionWithoutARequestIsNoted() throws IOException {
        try (TlsClient primary = new TlsClient(inspector.address(), Pki.inspection()).connect("replica.test:443")) {
            primary.handshake("replica.test").close();
        }

        assertThat(Await.onlyPassage(inspector).note()).contains("the client ended the session without a request");
    }

    @Test
    void anHttp2SessionWithoutARequestIsNotWaitedFor() throws IOException {
        InspectorSettings both =
                settings(server.getAddress()).http(InspectorHttp.AS_CLIENT).build();
        try (Inspector patient = Inspector.open(both, Duration.ofMinutes(5))) {
            try (TlsClient primary = new TlsClient(patient.address(), Pki.inspection())
                    .applicationProtocols("h2")
                    .connect("replica.test:443")) {
                primary.handshake("replica.test").close();
            }

            assertThat(Await.onlyPassage(patient).note().orElseThrow()).contains("does not speak HTTP/2");
        }
    }

    @Test
    void closingEndsACallInTheMiddle() throws Exception {
        server.createContext("/never", exchange -> exchange.getRequestBody().readAllBytes());
        var call = client.sendAsync(
                request("/never").timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        Await.until(
                "the replica is being asked",
                () -> inspector.passages().size() == 1
                        && inspector.passages().get(0).bytesToReplica() > 700);

        Leftovers.afterClosing(inspector);

        assertThatThrownBy(call::join).hasRootCauseInstanceOf(IOException.class);
        assertThat(inspector.passages().get(0).note()).contains("the box was closed");
    }

    /** Reads one request's head and says this, whatever it was. */
    private static TlsReplica replicaSaying(String answer) {
        return new TlsReplica(Pki.REPLICA, parameters -> {}, socket -> {
            TestClient peer = new TestClient(socket);
            peer.readHead();
            peer.send(answer);
        });
    }

    /** Gives one answer and then neither reads nor closes. */
    private static final class StubbornReplica implements AutoCloseable {
        private final CountDownLatch closed = new CountDownLatch(1);
        private final TlsReplica replica;

        StubbornReplica(String answer) {
            replica = new TlsReplica(Pki.REPLICA, parameters -> {}, socket -> {
                TestClient peer = new TestClient(socket);
                peer.readHead();
                peer.send(answer);
                try {
                    closed.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        InetSocketAddress address() {
            return replica.address();
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            replica.close();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://replica.test:443" + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] via(HttpExchange exchange) {
        return String.join(", ", exchange.getRequestHeaders().get("Via")).getBytes(UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, none ? -1 : body.length);
        if (!none) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
