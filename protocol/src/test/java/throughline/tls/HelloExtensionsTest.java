package throughline.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelloExtensionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"replica.test", "REPLICA", "a", "win_host.corp.example", "xn--bcher-kva.example", "10.0.0.1"})
    void aHostNameIsTheServerName(String name) {
        assertThat(clientWith(0, hostName(name)).serverName()).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replica.test.",
                ".test",
                "a..b",
                "a b",
                "a\u0000.test",
                "a\r\nHost: b",
                "bücher.example",
                "a/b",
                "*.test",
                "[::1]"
            })
    void whatIsNoHostNameIsNoServerName(String name) {
        assertThat(clientWith(0, hostName(name)).serverName()).isEmpty();
    }

    @Test
    void aHostNameHasAtMost255Characters() {
        assertThat(clientWith(0, hostName("a".repeat(255))).serverName()).isPresent();
        assertThat(clientWith(0, hostName("a".repeat(256))).serverName()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'',                     empty",
        "0000,                   empty list",
        "000400000161ff,         bytes after the list",
        "0003000001,             name cut short",
        "0003000000,             name of no bytes",
        "000401000161,           another type of name",
        "0008000001610000 0162,  two host names",
    })
    void junkIsNoServerName(String data, String what) {
        assertThat(clientWith(0, data.replace(" ", "")).serverName()).as(what).isEmpty();
    }

    @Test
    void anotherTypeOfNameBesideTheHostNameIsPassedOver() {
        assertThat(clientWith(0, "0008" + "01000162" + "00000161").serverName()).contains("a");
    }

    @ParameterizedTest
    @CsvSource({
        "000c02683208687474702f312e31,  h2 http/1.1",
        "0003026832,                    h2",
        "00060a0a0a020a1a,              ''",
        "0006020a0a026832,              0x0a0a h2",
        "0000,                          ''",
        "0003036832,                    ''",
        "000302683200,                  ''",
        "0001 00,                       ''",
    })
    void applicationProtocolsAreReadOrNone(String data, String expected) {
        List<String> protocols = expected.isEmpty() ? List.of() : List.of(expected.split(" "));

        assertThat(clientWith(16, data.replace(" ", "")).applicationProtocols()).isEqualTo(protocols);
    }

    @ParameterizedTest
    @CsvSource({
        "020304,     0304",
        "06dada0304 0303, dada 0304 0303",
        "'',         0303",
        "00,         0303",
        "0303040302, 0303",
        "0403,       0303",
        "03030403,   0303",
    })
    void supportedVersionsAreReadOrTheLegacyVersion(String data, String expected) {
        List<Integer> versions = List.of(expected.split(" ")).stream()
                .map(HexFormat::fromHexDigits)
                .toList();

        assertThat(clientWith(43, data.replace(" ", "")).supportedVersions()).isEqualTo(versions);
    }

    @Test
    void aServerHelloWithJunkExtensionsFallsBack() {
        ServerHello hello = new ServerHello(
                0x0303,
                "02".repeat(32),
                "",
                0x1301,
                List.of(new TlsExtension(43, "030400"), new TlsExtension(41, "00"), new TlsExtension(16, "0000")));

        assertThat(hello.selectedVersion()).isEqualTo(0x0303);
        assertThat(hello.selectedPreSharedKey()).isEmpty();
        assertThat(hello.applicationProtocol()).isEmpty();
    }

    @Test
    void theDataOfAnExtensionIsHex() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TlsExtension(0, "abc"));
    }

    private static ClientHello clientWith(int type, String data) {
        return new ClientHello(0x0303, "01".repeat(32), "", List.of(0x1301), List.of(new TlsExtension(type, data)));
    }

    private static String hostName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits((short) (bytes.length + 3))
                + "00"
                + hex.toHexDigits((short) bytes.length)
                + hex.formatHex(bytes);
    }
}
