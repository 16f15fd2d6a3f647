package throughline.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.tls.WireBytes.clientHello;
import static throughline.tls.WireBytes.concat;
import static throughline.tls.WireBytes.handshake;
import static throughline.tls.WireBytes.hex;
import static throughline.tls.WireBytes.record;
import static throughline.tls.WireBytes.serverHello;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostileBytesTest {
    private static final String HEAD = "0303" + "01".repeat(32);

    static Stream<Arguments> records() {
        byte[] client = record(22, handshake(1, clientHello("002b0003020304")));
        byte[] server12 = record(22, handshake(2, serverHello("")));
        byte[] server13 = record(22, handshake(2, serverHello("002b00020304")));
        byte[] retry = Rfc8448.RETRY_REQUEST;
        byte[] change = record(20, hex("01"));
        byte[] half = record(22, Arrays.copyOf(handshake(1, clientHello("")), 20));
        return Stream.of(
                Arguments.of(
                        hex("1603034001"),
                        "Record at byte 0: handshake record of 16385 bytes; accepted is 1 to 16384."),
                Arguments.of(
                        hex("1703034101"),
                        "Record at byte 0: application data record of 16641 bytes; accepted is 0 to 16640."),
                Arguments.of(
                        hex("1603010000"), "Record at byte 0: handshake record of 0 bytes; accepted is 1 to 16384."),
                Arguments.of(hex("1403030000"), "ChangeCipherSpec record of 0 bytes"),
                Arguments.of(
                        concat(client, hex("1803030001")), "Record at byte 59: record type 24; accepted is 20 to 23."),
                Arguments.of(concat(client, hex("1602030001")), "record version major number 2; accepted is 3."),
                Arguments.of(change, "ChangeCipherSpec before any hello"),
                Arguments.of(hex("1703030005"), "application data before any hello"),
                Arguments.of(concat(client, record(20, hex("02"))), "ChangeCipherSpec of 1 bytes, the first 2"),
                Arguments.of(concat(client, record(20, hex("0101"))), "ChangeCipherSpec of 2 bytes"),
                Arguments.of(
                        concat(half, change), "ChangeCipherSpec after 20 bytes of an unfinished handshake message"),
                Arguments.of(concat(half, hex("1703030005")), "application data after 20 bytes"),
                Arguments.of(record(21, hex("02")), "alert of 1 bytes before encryption began; accepted is 2."),
                Arguments.of(record(21, new byte[26]), "alert of 26 bytes"),
                Arguments.of(record(21, hex("0328")), "alert level 3; accepted is 1 (warning) or 2 (fatal)."),
                Arguments.of(
                        record(22, hex("01010001")),
                        "handshake message of type 1 with 65537 bytes; accepted is at most 65536."),
                Arguments.of(record(22, hex("ffffffff")), "handshake message of type 255 with 16777215 bytes"),
                Arguments.of(record(22, handshake(11, new byte[3])), "handshake message of type 11 before any hello"),
                Arguments.of(concat(client, client, client), "a ClientHello after a ClientHello"),
                Arguments.of(concat(client, server12), "a ServerHello after a ClientHello"),
                Arguments.of(concat(server12, client), "a ClientHello after the hello of TLS 1.2 or older"),
                Arguments.of(concat(server12, server12), "a ServerHello after the hello of TLS 1.2 or older"),
                Arguments.of(concat(server13, server12), "handshake message in the clear after a TLS 1.3 ServerHello"),
                Arguments.of(
                        concat(server13, record(22, hex("0b"))),
                        "handshake message in the clear after a TLS 1.3 ServerHello"),
                Arguments.of(concat(retry, retry), "a second HelloRetryRequest"),
                Arguments.of(
                        concat(retry, record(22, handshake(11, new byte[3]))),
                        "handshake message of type 11 after a HelloRetryRequest"));
    }

    @ParameterizedTest
    @MethodSource("records")
    void aBrokenRecordIsOneSentence(byte[] bytes, String sentence) {
        assertThat(reason(bytes)).contains(sentence);
    }

    /** The body of a ClientHello in hex, and the sentence about it. */
    static Stream<Arguments> clientHellos() {
        String suites = "00021301";
        return Stream.of(
                Arguments.of("", "0 bytes for version at byte 0 of the ClientHello's body; accepted is at least 2."),
                Arguments.of("0303" + "01".repeat(31), "31 bytes for random at byte 2"),
                Arguments.of(HEAD, "0 bytes for session id at byte 34"),
                Arguments.of(HEAD + "21" + "00".repeat(33), "session id length 33 at byte 34"),
                Arguments.of(
                        HEAD + "20" + "00".repeat(31),
                        "session id length 32 at byte 34 of the ClientHello's body;"
                                + " accepted is at most the 31 bytes that follow."),
                Arguments.of(HEAD + "00" + "0000" + "0100", "cipher suites length 0 at byte 35"),
                Arguments.of(HEAD + "00" + "0003130113", "1 bytes for cipher suite at byte 39"),
                Arguments.of(HEAD + "00" + "ffff", "cipher suites length 65535 at byte 35"),
                Arguments.of(HEAD + "00" + suites + "00", "compression methods length 0 at byte 39"),
                Arguments.of(HEAD + "00" + suites + "0100" + "00", "1 bytes for extensions at byte 41"),
                Arguments.of(HEAD + "00" + suites + "0100" + "0001", "extensions length 1 at byte 41"),
                Arguments.of(
                        HEAD + "00" + suites + "0100" + "0000" + "aa",
                        "1 more bytes at byte 43 of the ClientHello's body; accepted is none."),
                Arguments.of(HEAD + "00" + suites + "0100" + "0003002b00", "1 bytes for extension 43 at byte 45"),
                Arguments.of(HEAD + "00" + suites + "0100" + "0004002b0001", "extension 43 length 1 at byte 45"),
                Arguments.of(
                        HEAD + "00" + suites + "0100" + "0008" + "00170000" + "00170000",
                        "a second extension of type 23 at byte 47 of the ClientHello's body;"
                                + " accepted is one of each type (RFC 8446 4.2)."));
    }

    @ParameterizedTest
    @MethodSource("clientHellos")
    void aBrokenClientHelloIsOneSentence(String body, String sentence) {
        assertThat(reason(record(22, handshake(1, hex(body))))).contains(sentence);
    }

    @Test
    void aHelloBefore13MayLackExtensions() {
        byte[] client = record(22, handshake(1, hex(HEAD + "00" + "0002002f" + "0100")));
        byte[] server = record(22, handshake(2, hex(HEAD + "00" + "002f" + "00")));

        assertThat(((ClientHello) Feeding.everyWay(client).get(0)).extensions()).isEmpty();
        assertThat(((ServerHello) Feeding.everyWay(server).get(0)).extensions()).isEmpty();
    }

    @Test
    void aBrokenServerHelloIsOneSentence() {
        assertThat(reason(record(22, handshake(2, hex(HEAD + "00" + "1301")))))
                .contains("0 bytes for compression method at byte 37 of the ServerHello's body");
        assertThat(reason(record(22, handshake(2, serverHello("002b00020304002b00020304")))))
                .contains("a second extension of type 43");
    }

    @Test
    void aHelloThatDoesNotEndWithin64KiBIsGivenUp() {
        byte[] part = record(22, concat(hex("0100fff0"), new byte[16_000]));
        byte[] more = record(22, new byte[16_384]);

        assertThat(reason(concat(part, more, more, more, more)))
                .isEqualTo(
                        "Record at byte 65176: no whole hello within 65536 bytes; accepted is one that ends before.");
    }

    @Test
    void alertsWithoutEndAreGivenUp() {
        byte[][] warnings = new byte[10_000][];
        Arrays.fill(warnings, record(21, hex("015a")));
        ClearTextReader reader = new ClearTextReader();
        byte[] bytes = concat(warnings);

        List<TlsMessage> messages = reader.feed(bytes, 0, bytes.length);
        assertThat(messages.get(messages.size() - 1)).isInstanceOf(Malformed.class);
        assertThat(messages).hasSize(65_536 / 7 + 1);
    }

    private static String reason(byte[] bytes) {
        List<TlsMessage> messages = Feeding.everyWay(bytes);
        ClearTextReader reader = new ClearTextReader();
        reader.feed(bytes, 0, bytes.length);
        assertThat(reader.done()).isTrue();
        return ((Malformed) messages.get(messages.size() - 1)).reason();
    }
}
