package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 1928 and RFC 1929, byte by byte; bytes are written in hexadecimal. */
@Timeout(60)
class SocksTunnelTest {
    /** Version 5, one method: no login. */
    private static final String HELLO = "05 01 00";

    private static final String NAME = "0c" + HexFormat.of().formatHex("replica.test".getBytes(UTF_8));

    private final PlainServer replica = PlainServer.echo();
    private SocksTunnel tunnel = SocksTunnel.open(SocksSettings.open(routes()), Listening.onLoopback());

    private Routes routes() {
        return Routes.of(
                Map.of("replica.test", replica.address(), "127.0.0.1", replica.address(), "::1", replica.address()));
    }

    private void open(SocksSettings settings) {
        tunnel.close();
        tunnel = SocksTunnel.open(settings, Listening.onLoopback());
    }

    @AfterEach
    void close() throws IOException {
        tunnel.close();
        replica.close();
    }

    static Stream<Arguments> conversations() {
        return Stream.of(
                // RFC 1928, 6: 00 succeeded, 04 host unreachable, 07 command, 08 address type not supported.
                Arguments.of("a name", "05 01 00 03" + NAME + "01bb", "00", "replica.test:443"),
                Arguments.of("an IPv4 address", "05 01 00 01 7f000001 01bb", "00", "127.0.0.1:443"),
                Arguments.of(
                        "an IPv6 address", "05 01 00 04" + "00".repeat(15) + "01 01bb", "00", "[0:0:0:0:0:0:0:1]:443"),
                Arguments.of(
                        "a mapped one", "05 01 00 04" + "00".repeat(10) + "ffff7f000001 01bb", "00", "127.0.0.1:443"),
                Arguments.of("reserved not zero", "05 01 ff 03" + NAME + "01bb", "00", "replica.test:443"),
                Arguments.of("an unknown name", "05 01 00 03 09" + hex("else.test") + "01bb", "04", "else.test:443"),
                Arguments.of(
                        "the longest name",
                        "05 01 00 03 ff" + "61".repeat(255) + "01bb",
                        "04",
                        "a".repeat(255) + ":443"),
                Arguments.of("no name at all", "05 01 00 03 00 01bb", "04", ""),
                Arguments.of("a name of two lines", "05 01 00 03 04" + hex("a\r\nb") + "01bb", "04", ""),
                Arguments.of("BIND", "05 02 00 03" + NAME + "01bb", "07", "replica.test:443"),
                Arguments.of("UDP ASSOCIATE", "05 03 00 03" + NAME + "01bb", "07", "replica.test:443"),
                Arguments.of("command 0", "05 00 00 03" + NAME + "01bb", "07", "replica.test:443"),
                Arguments.of("address type 2", "05 01 00 02 7f000001 01bb", "08", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("conversations")
    void repliesAsTheRfcSays(String what, String request, String code, String target) throws IOException {
        try (TestClient client = TestClient.of(tunnel.address())) {
            send(client, HELLO);
            assertThat(read(client, 2)).as(what).isEqualTo("0500");
            send(client, request);

            // The bound address is IPv4 in every reply: ten bytes.
            assertThat(read(client, 10)).as(what).isEqualTo("05" + code + "0001" + "00".repeat(6));
            if (code.equals("00")) {
                client.send("to and fro");
                assertThat(client.read(10)).isEqualTo("to and fro");
            } else {
                // RFC 1928, 6: who replies with a failure closes the connection.
                assertThat(client.readToEnd()).isEmpty();
            }
            assertThat(tunnel.passages().get(0).target().orElse("")).isEqualTo(target);
        }
    }

    @Test
    void aDeniedHostIsNotAllowedByTheRules() throws IOException {
        open(SocksSettings.open(routes()).access(new AccessList(Set.of(), Set.of("Replica.test."))));

        // RFC 1928, 6: 02 is "connection not allowed by ruleset".
        assertThat(replyTo("05 01 00 03" + NAME + "01bb")).isEqualTo("0502");
        assertThat(replica.peerPorts()).isEmpty();
    }

    @Test
    void aReplicaThatRefusesIsReportedAsSuch() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
        open(SocksSettings.open(Routes.to("replica.test", nobody)));

        assertThat(replyTo("05 01 00 03" + NAME + "01bb")).isEqualTo("0505");
        assertThat(Await.onlyPassage(tunnel).note())
                .hasValueSatisfying(note -> assertThat(note).startsWith("SOCKS reply 5: could not connect to"));
    }

    static Stream<Arguments> failures() {
        // The types and texts of Java's channels, by errno; RFC 1928, 6, for the codes.
        return Stream.of(
                Arguments.of(new ConnectException("Connection refused"), 5),
                Arguments.of(new ConnectException("Connection timed out"), 4),
                Arguments.of(new SocketTimeoutException("Connect timed out"), 4),
                Arguments.of(new SocketException("Network is unreachable"), 3),
                Arguments.of(new NoRouteToHostException("No route to host"), 4));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureHasItsOwnReply(IOException failed, int reply) {
        assertThat(SocksFront.replyTo(failed)).isEqualTo(reply);
    }

    @ParameterizedTest
    @CsvSource({
        // RFC 1929, 2: version 1, lengths, user and password; 00 is success, the rest failure.
        "right,           01 07 7072696d617279 06 733363726574,   0100",
        "wrong password,  01 07 7072696d617279 06 733363726575,   0101",
        "wrong user,      01 07 7072696d617278 06 733363726574,   0101",
        "no password,     01 07 7072696d617279 00,                0101",
        "nothing,         01 00 00,                               0101",
    })
    void aLoginIsRightOrWrong(String what, String login, String answer) throws IOException {
        open(SocksSettings.open(routes()).credentials(new ProxyAccount("primary", "s3cret")));
        try (TestClient client = TestClient.of(tunnel.address())) {
            // Both methods offered: the proxy chooses the login.
            send(client, "05 02 00 02");
            assertThat(read(client, 2)).isEqualTo("0502");
            send(client, login);

            assertThat(read(client, 2)).as(what).isEqualTo(answer);
            if (!answer.equals("0100")) {
                assertThat(client.readToEnd()).isEmpty();
            }
        }
        assertThat(Await.onlyPassage(tunnel).treatment()).isEqualTo(Treatment.REFUSED);
        assertThat(replica.peerPorts()).isEmpty();
    }

    @Test
    void aProxyWithoutALoginDoesNotChooseOne() throws IOException {
        try (TestClient client = TestClient.of(tunnel.address())) {
            // GSSAPI and user with password, and not "none".
            send(client, "05 02 01 02");

            assertThat(client.socket.getInputStream().readAllBytes()).containsExactly(5, 0xff);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'',                                          the client left before its SOCKS request was complete",
        "05,                                          the client left before its SOCKS request was complete",
        "05 ff 00,                                    the client left before its SOCKS request was complete",
        "05 01 00 05 01 00 03 ff 61,                  the client left before its SOCKS request was complete",
        "05 01 00 05 01 00 04 00000000,               the client left before its SOCKS request was complete",
        // RFC 1928, 3 and 4: what is not version 5 is not answered in it.
        "04 01 01bb 7f000001 00,                      began with byte 4",
        "474554202f20485454502f312e310d0a0d0a,        began with byte 71",
        "05 01 00 04,                                 began with byte 4",
    })
    void whatIsNoSocksEndsWithOneClearNote(String sent, String note) throws IOException {
        try (TestClient client = TestClient.of(tunnel.address())) {
            send(client, sent);
            client.socket.shutdownOutput();
            client.readToEnd();
        }
        Passage passage = Await.onlyPassage(tunnel);
        assertThat(passage.treatment()).isEqualTo(Treatment.REFUSED);
        assertThat(passage.note())
                .hasValueSatisfying(text -> assertThat(text).contains(note).doesNotContain("\n"));
    }

    @Test
    void aClientThatDoesNotWaitLosesNothing() throws IOException {
        try (TestClient client = TestClient.of(tunnel.address())) {
            send(client, HELLO + "05 01 00 03" + NAME + "01bb" + hex("eager"));
            read(client, 12);

            assertThat(client.read(5)).isEqualTo("eager");
        }
    }

    private String replyTo(String request) throws IOException {
        try (TestClient client = TestClient.of(tunnel.address())) {
            send(client, HELLO + request);
            return read(client, 12).substring(4, 8);
        }
    }

    private static void send(TestClient client, String hex) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
        client.socket.getOutputStream().write(bytes.toByteArray());
    }

    private static String read(TestClient client, int length) throws IOException {
        return HexFormat.of().formatHex(client.socket.getInputStream().readNBytes(length));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(UTF_8));
    }
}
