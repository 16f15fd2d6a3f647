package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The bytes that HAProxy's proxy-protocol.txt prescribes. */
@Timeout(60)
class ProxyProtocolTest {
    /** Section 2.2: what every header of version 2 begins with. */
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @ParameterizedTest
    @CsvSource({
        // Section 2.1: the longest line that IPv4 can have is 56 bytes with its end.
        "255.255.255.255, 65535, 255.255.255.255, 65534, PROXY TCP4 255.255.255.255 255.255.255.255 65535 65534",
        "192.0.2.7,       1,     198.51.100.9,    443,   PROXY TCP4 192.0.2.7 198.51.100.9 1 443",
        "2001:db8::7,     1,     2001:db8::9,     443,   PROXY TCP6 2001:db8:0:0:0:0:0:7 2001:db8:0:0:0:0:0:9 1 443",
        "::1,             1,     ::1,             443,   PROXY TCP6 0:0:0:0:0:0:0:1 0:0:0:0:0:0:0:1 1 443",
        "fe80::1%1,       1,     fe80::2%1,       443,   PROXY TCP6 fe80:0:0:0:0:0:0:1 fe80:0:0:0:0:0:0:2 1 443",
    })
    void version1IsALineOfText(String client, int clientPort, String box, int boxPort, String line) throws IOException {
        assertThat(ProxyProtocol.V1.header(at(client, clientPort), at(box, boxPort)))
                .asString(US_ASCII)
                .isEqualTo(line + "\r\n")
                // Section 2.1: 107 bytes are enough for every line.
                .hasSizeLessThanOrEqualTo(107);
    }

    @ParameterizedTest
    @CsvSource({
        // 0x21: version 2, PROXY. 0x11: TCP over IPv4, 12 bytes; 0x21: TCP over IPv6, 36 bytes.
        "192.0.2.7,   258, 198.51.100.9, 443, 21 11 000c c0000207 c6336409 0102 01bb",
        "2001:db8::7, 258, 2001:db8::9,  443, 21 21 0024 20010db8000000000000000000000007"
                + " 20010db8000000000000000000000009 0102 01bb",
    })
    void version2IsBinary(String client, int clientPort, String box, int boxPort, String hex) throws IOException {
        assertThat(ProxyProtocol.V2.header(at(client, clientPort), at(box, boxPort)))
                .isEqualTo(HexFormat.of().parseHex(SIGNATURE + hex.replace(" ", "")));
    }

    @ParameterizedTest
    @EnumSource
    void theReplicaReadsItBeforeTheClientsFirstByte(ProxyProtocol version) throws IOException {
        try (PlainServer echo = PlainServer.echo();
                Relay relay = Relay.open(RelaySettings.to(echo.address()).announcing(version), Listening.onLoopback());
                TestClient client = TestClient.of(relay.address())) {
            client.send("first");
            byte[] header = version.header((InetSocketAddress) client.socket.getLocalSocketAddress(), relay.address());

            assertThat(client.socket.getInputStream().readNBytes(header.length)).isEqualTo(header);
            assertThat(client.read(5)).isEqualTo("first");
        }
    }

    @Test
    void aRelayByServerNameAnnouncesTheClientBeforeItsHello() throws IOException {
        byte[] hello = Hellos.of("replica.test");
        try (PlainServer echo = PlainServer.echo();
                Relay relay = Relay.open(
                        RelaySettings.byServerName(Routes.to("replica.test", echo.address()))
                                .announcing(ProxyProtocol.V1),
                        Listening.onLoopback());
                TestClient client = TestClient.of(relay.address())) {
            client.socket.getOutputStream().write(hello);
            String line = "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.socket.getLocalPort() + " "
                    + relay.address().getPort() + "\r\n";

            assertThat(client.read(line.length())).isEqualTo(line);
            assertThat(client.socket.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
        }
    }

    private static InetSocketAddress at(String address, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(address), port);
    }
}
