package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RelayTest {
    private final TlsReplica replica = TlsReplica.echo();
    private final PlainServer echo = PlainServer.echo();
    private Relay relay = Relay.open(Routes.to("replica.test", replica.address()));

    private void open(InetSocketAddress destination) {
        relay.close();
        relay = Relay.open(Routes.to("Replica.TEST", destination));
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        replica.close();
        echo.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void passesTlsUntouched(String version) throws IOException {
        try (TlsClient client = new TlsClient(relay.address(), Pki.laboratory()).versions(version)) {
            TestClient session = client.handshake("replica.test");
            session.send("to and fro");

            assertThat(session.read(10)).isEqualTo("to and fro");
            assertThat(TlsClient.leaf(session)).isEqualTo(Pki.REPLICA.leaf());
            assertThat(replica.hellos().get(0).random()).isEqualTo(client.random());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theClientsCertificateReachesTheReplica(String version) throws IOException {
        try (TlsReplica demanding = TlsReplica.demanding();
                TlsClient client = client(demanding).versions(version)) {
            TestClient session = client.handshake("replica.test");
            session.send("x");
            session.read(1);

            assertThat(demanding.clientCertificates().get(0)).contains(Pki.PRIMARY.leaf());
        }
    }

    private TlsClient client(TlsReplica behind) throws IOException {
        open(behind.address());
        return new TlsClient(relay.address(), Pki.laboratory()).identity(Pki.PRIMARY);
    }

    @Test
    void aPassageHoldsWhatBothEndsSee() throws IOException {
        open(echo.address());
        byte[] hello = Hellos.of("replica.test");
        try (TestClient client = TestClient.of(relay.address())) {
            client.socket.getOutputStream().write(hello);
            client.socket.shutdownOutput();
            assertThat(client.socket.getInputStream().readAllBytes()).isEqualTo(hello);

            Passage passage = Await.onlyPassage(relay);
            assertThat(passage)
                    .isEqualTo(new Passage(
                            1,
                            (InetSocketAddress) client.socket.getLocalSocketAddress(),
                            Optional.of("replica.test:" + relay.address().getPort()),
                            Treatment.PASSED,
                            List.of(echo.peerPorts().get(0)),
                            hello.length,
                            hello.length,
                            hello.length,
                            hello.length,
                            true,
                            Optional.empty()));
        }
    }

    @Test
    void aWholeTlsSessionLeavesNoNote() throws IOException {
        try (TlsClient client = new TlsClient(relay.address(), Pki.laboratory())) {
            TestClient session = client.handshake("replica.test");
            session.send("x");
            session.read(1);
            session.close();

            Passage passage = Await.onlyPassage(relay);
            assertThat(passage.note()).isEmpty();
            assertThat(passage.bytesToReplica()).isEqualTo(passage.bytesFromClient());
            assertThat(passage.bytesToClient()).isLessThanOrEqualTo(passage.bytesFromReplica());
        }
    }

    static Stream<Arguments> splits() throws IOException {
        byte[] hello = Hellos.of("replica.test");
        return Stream.of(
                Arguments.of("byte by byte", hello, 1),
                Arguments.of("the record header alone", hello, 5),
                Arguments.of("in two halves", hello, hello.length / 2 + 1),
                Arguments.of("in records of 40 bytes, all at once", Hellos.inRecordsOf(40, hello), 1 << 20),
                Arguments.of("in records of 40 bytes, 7 at a time", Hellos.inRecordsOf(40, hello), 7));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("splits")
    void aHelloMayComeInPieces(String how, byte[] bytes, int piece) throws IOException {
        open(echo.address());
        try (TestClient client = TestClient.of(relay.address())) {
            for (int from = 0; from < bytes.length; from += piece) {
                client.socket.getOutputStream().write(bytes, from, Math.min(piece, bytes.length - from));
            }

            assertThat(client.socket.getInputStream().readNBytes(bytes.length))
                    .as(how)
                    .isEqualTo(bytes);
        }
    }

    @Test
    void whatComesBehindTheHelloIsPassedToo() throws IOException {
        open(echo.address());
        byte[] hello = Hellos.of("replica.test");
        byte[] bytes = Arrays.copyOf(hello, hello.length + 40_000);
        try (TestClient client = TestClient.of(relay.address())) {
            client.socket.getOutputStream().write(bytes);

            assertThat(client.socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
        }
    }

    @Test
    void aLargeBodyArrivesUnchanged() throws Exception {
        try (TlsClient client = new TlsClient(relay.address(), Pki.laboratory())) {
            TestClient session = client.handshake("replica.test");

            LargeBody.sendAndCompare(session.socket, session.socket);
        }
    }

    static Stream<Arguments> unusableOpenings() throws IOException {
        byte[] hello = Hellos.of("replica.test");
        byte[] hostile = hello.clone();
        hostile[6] = 0x7f;
        return Stream.of(
                Arguments.of("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII), "does not speak TLS"),
                Arguments.of(new byte[] {0, 0, 0}, "does not speak TLS"),
                Arguments.of(Hellos.of("localhost"), "no usable server name"),
                Arguments.of(Hellos.of("unknown.test"), "no route to unknown.test"),
                Arguments.of(hostile, "cannot be read as TLS"),
                Arguments.of(new byte[] {21, 3, 1, 0, 2, 2, 40}, "accepted is a ClientHello"),
                Arguments.of(Arrays.copyOf(hello, 100), "after 100 bytes"),
                Arguments.of(new byte[0], "said nothing"));
    }

    @ParameterizedTest
    @MethodSource("unusableOpenings")
    void closesWithOneClearNoteWhatItCannotRoute(byte[] opening, String note) throws IOException {
        try (TestClient client = TestClient.of(relay.address())) {
            client.socket.getOutputStream().write(opening);
            client.socket.shutdownOutput();

            Passage passage = Await.onlyPassage(relay);
            assertThat(passage.treatment()).isEqualTo(Treatment.REFUSED);
            assertThat(passage.note())
                    .hasValueSatisfying(text -> assertThat(text).contains(note).doesNotContain("\n"));
            assertThat(passage.bytesToClient()).isZero();
            assertThat(passage.upstreamPort()).isEmpty();
        }
    }

    @Test
    void anUnreachableReplicaIsNamedInTheNote() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
        open(nobody);
        try (TestClient client = TestClient.of(relay.address())) {
            client.socket.getOutputStream().write(Hellos.of("replica.test"));

            assertThat(Await.onlyPassage(relay).note())
                    .hasValueSatisfying(text ->
                            assertThat(text).startsWith("could not connect to 127.0.0.1:" + nobody.getPort() + ": "));
        }
    }

    @Test
    void aDrippingHelloIsCutInTime() throws IOException {
        relay.close();
        relay = Relay.open(Routes.to("replica.test", echo.address()), Duration.ofMillis(50));
        byte[] hello = Hellos.of("replica.test");
        AtomicInteger dripped = new AtomicInteger();
        try (TestClient client = TestClient.of(relay.address())) {
            Await.until("the relay has had enough", () -> {
                drip(client.socket, hello[dripped.getAndIncrement()]);
                return relay.passages().size() == 1 && relay.passages().get(0).ended();
            });

            assertThat(relay.passages().get(0).note())
                    .hasValueSatisfying(text -> assertThat(text).contains("50 ms"));
        }
    }

    @Test
    void anOpenConnectionMayBeSilentForLong() throws IOException {
        relay.close();
        relay = Relay.open(Routes.to("replica.test", echo.address()), Duration.ofMillis(50));
        byte[] hello = Hellos.of("replica.test");
        try (TestClient client = TestClient.of(relay.address())) {
            client.socket.getOutputStream().write(hello);
            client.socket.getInputStream().readNBytes(hello.length);
            client.socket.setSoTimeout(150);
            assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketTimeoutException.class);

            client.send("x");
            assertThat(client.read(1)).isEqualTo("x");
        }
    }

    private static void drip(Socket socket, byte value) {
        try {
            socket.getOutputStream().write(value);
        } catch (IOException cut) {
            // That is what the test waits for.
        }
    }

    @Test
    void closingEndsOpenConnectionsAtOnceAndLeavesNothing() throws IOException {
        try (TlsClient client = new TlsClient(relay.address(), Pki.laboratory());
                TestClient opening = TestClient.of(relay.address())) {
            client.handshake("replica.test");
            Await.until("both accepted", () -> relay.passages().size() == 2);

            Leftovers.afterClosing(relay);

            assertThat(opening.socket.getInputStream().read()).isEqualTo(-1);
            assertThat(relay.passages()).allSatisfy(passage -> {
                assertThat(passage.ended()).isTrue();
                assertThat(passage.note()).contains("the box was closed");
            });
        }
    }
}
