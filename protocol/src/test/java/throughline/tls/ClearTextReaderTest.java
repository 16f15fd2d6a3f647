package throughline.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.tls.WireBytes.clientHello;
import static throughline.tls.WireBytes.concat;
import static throughline.tls.WireBytes.handshake;
import static throughline.tls.WireBytes.hex;
import static throughline.tls.WireBytes.record;
import static throughline.tls.WireBytes.serverHello;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClearTextReaderTest {
    private static final String OFFER_1_3 = "002b0003020304";
    private static final String CHOOSE_1_3 = "002b00020304";
    private static final byte[] CHANGE_CIPHER_SPEC = record(20, hex("01"));
    private static final byte[] APPLICATION_DATA = record(23, new byte[40]);
    private static final byte[] CERTIFICATE = handshake(11, new byte[900]);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 37, 38, 39, 42, 48})
    void aHelloMaySpreadOverRecords(int cut) {
        byte[] hello = handshake(1, clientHello(OFFER_1_3));
        byte[] bytes = concat(
                record(22, Arrays.copyOfRange(hello, 0, cut)),
                record(22, Arrays.copyOfRange(hello, cut, hello.length)));

        assertThat(Feeding.everyWay(bytes)).isEqualTo(Feeding.everyWay(record(22, hello)));
    }

    @Test
    void aHelloMayComeInRecordsOfOneByte() {
        byte[] hello = handshake(1, clientHello(OFFER_1_3));
        byte[][] records = new byte[hello.length][];
        for (int i = 0; i < hello.length; i++) {
            records[i] = record(22, new byte[] {hello[i]});
        }

        assertThat(Feeding.everyWay(concat(records))).hasSize(1).hasOnlyElementsOfType(ClientHello.class);
    }

    @Test
    void severalMessagesMayShareARecord() {
        byte[] flight = concat(handshake(2, serverHello("")), CERTIFICATE, handshake(14, new byte[0]));
        ClearTextReader reader = new ClearTextReader();

        assertThat(Feeding.everyWay(concat(record(22, flight), CHANGE_CIPHER_SPEC, record(22, new byte[40]))))
                .hasSize(1)
                .hasOnlyElementsOfType(ServerHello.class);
        reader.feed(ByteBuffer.wrap(record(22, flight)));
        assertThat(reader.done()).isFalse();
        reader.feed(ByteBuffer.wrap(CHANGE_CIPHER_SPEC));
        assertThat(reader.done()).isTrue();
    }

    /** What was sent, whether that ends the clear part, and the kinds of the messages in it. */
    static Stream<Arguments> endsOfTheClearPart() {
        byte[] client12 = record(22, handshake(1, clientHello("")));
        byte[] client13 = record(22, handshake(1, clientHello(OFFER_1_3)));
        byte[] server12 = record(22, handshake(2, serverHello("")));
        byte[] server13 = record(22, handshake(2, serverHello(CHOOSE_1_3)));
        byte[] certificate = record(22, CERTIFICATE);
        byte[] finishedGcm = record(22, new byte[40]);
        byte[] finishedLikeAHello = record(22, hex("01000033" + "0303" + "01".repeat(10) + "07".repeat(16)));
        byte[] fatal = record(21, hex("0228"));
        return Stream.of(
                Arguments.of("client 1.2: hello", client12, false, "C"),
                Arguments.of("client 1.2: hello, change", concat(client12, CHANGE_CIPHER_SPEC), true, "C"),
                Arguments.of("client 1.2: certificate", concat(client12, certificate), false, "C"),
                Arguments.of("client 1.3 offered, 1.2 chosen", concat(client13, certificate), false, "C"),
                Arguments.of(
                        "client 1.3 offered, 1.2 chosen, change",
                        concat(client13, certificate, CHANGE_CIPHER_SPEC),
                        true,
                        "C"),
                Arguments.of("client 1.3: change decides nothing", concat(client13, CHANGE_CIPHER_SPEC), false, "C"),
                Arguments.of(
                        "client 1.3: change, alert in the clear",
                        concat(client13, CHANGE_CIPHER_SPEC, fatal),
                        false,
                        "CA"),
                Arguments.of(
                        "client 1.3: change, encrypted alert",
                        concat(client13, CHANGE_CIPHER_SPEC, record(21, new byte[26])),
                        true,
                        "C"),
                Arguments.of(
                        "client 1.3: change, second hello",
                        concat(client13, CHANGE_CIPHER_SPEC, client13),
                        false,
                        "CC"),
                Arguments.of(
                        "client 1.3 offered, 1.2 resumed, Finished with an explicit nonce of zeros",
                        concat(client13, CHANGE_CIPHER_SPEC, finishedGcm),
                        true,
                        "C"),
                Arguments.of(
                        "client 1.3 offered, 1.2 resumed, Finished that begins like a hello",
                        concat(client13, CHANGE_CIPHER_SPEC, finishedLikeAHello),
                        true,
                        "C"),
                Arguments.of("client 1.3: data", concat(client13, CHANGE_CIPHER_SPEC, APPLICATION_DATA), true, "C"),
                Arguments.of("server 1.2: hello", server12, false, "S"),
                Arguments.of("server 1.2: resumed", concat(server12, CHANGE_CIPHER_SPEC), true, "S"),
                Arguments.of("server 1.2: certificate, alert", concat(server12, certificate, fatal), false, "SA"),
                Arguments.of("server 1.3: change", concat(server13, CHANGE_CIPHER_SPEC), false, "S"),
                Arguments.of("server 1.3: data", concat(server13, APPLICATION_DATA), true, "S"),
                Arguments.of("server: hello request", record(22, handshake(0, new byte[0])), false, ""),
                Arguments.of("server: refusal", fatal, false, "A"),
                Arguments.of("server: warning, hello", concat(record(21, hex("0170")), server12), false, "AS"),
                Arguments.of(
                        "alert between the parts of a message",
                        concat(record(22, Arrays.copyOf(handshake(1, clientHello("")), 20)), fatal),
                        false,
                        "A"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void endsOfTheClearPart(String name, byte[] bytes, boolean done, String kinds) {
        StringBuilder seen = new StringBuilder();
        for (TlsMessage message : Feeding.everyWay(bytes)) {
            seen.append(message.getClass().getSimpleName().charAt(0));
        }
        ClearTextReader reader = new ClearTextReader();
        reader.feed(bytes, 0, bytes.length);

        assertThat(seen.toString()).as(name).isEqualTo(kinds);
        assertThat(reader.done()).isEqualTo(done);
    }

    @Test
    void applicationDataIsKnownByItsHeader() {
        ClearTextReader reader = new ClearTextReader();
        reader.feed(ByteBuffer.wrap(record(22, handshake(2, serverHello(CHOOSE_1_3)))));
        reader.feed(APPLICATION_DATA, 0, 4);
        assertThat(reader.done()).isFalse();
        reader.feed(APPLICATION_DATA, 4, 1);
        assertThat(reader.done()).isTrue();
    }

    @Test
    void leavesThePositionOfTheBufferAlone() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(600);
        byte[] record = record(22, handshake(1, clientHello("")));
        buffer.position(100).put(record).flip().position(100);

        assertThat(new ClearTextReader().feed(buffer)).hasSize(1);
        assertThat(buffer.position()).isEqualTo(100);
        assertThat(buffer.limit()).isEqualTo(100 + record.length);
    }

    @Test
    void keepsTheWholeFeedThatEndedTheReadingAndNothingAfter() {
        byte[] first = record(22, handshake(1, clientHello("")));
        byte[] last = concat(CHANGE_CIPHER_SPEC, new byte[1000]);
        ClearTextReader reader = new ClearTextReader();
        reader.feed(ByteBuffer.wrap(first));
        reader.feed(ByteBuffer.wrap(last));

        assertThat(reader.feed(ByteBuffer.wrap(first))).isEmpty();
        assertThat(reader.kept()).isEqualTo(concat(first, last));
    }

    @Test
    void stopsSilentlyAfter64KiBWhenTheHelloWasSeen() {
        byte[] hello = record(22, handshake(2, serverHello("")));
        byte[] certificate = record(22, handshake(11, new byte[16_000]));
        byte[] bytes = concat(hello, certificate, certificate, certificate, certificate, certificate);

        assertThat(Feeding.everyWay(bytes)).hasSize(1);
        ClearTextReader reader = new ClearTextReader();
        for (int position = 0; position < bytes.length && !reader.done(); position += 16_000) {
            reader.feed(bytes, position, Math.min(16_000, bytes.length - position));
        }
        assertThat(reader.done()).isTrue();
        assertThat(reader.kept()).isEqualTo(Arrays.copyOf(bytes, 80_000));
    }

    @Test
    void keepsAtMost80KiBOfOneLargeFeed() {
        byte[] bytes = concat(record(22, handshake(1, clientHello(""))), CHANGE_CIPHER_SPEC, new byte[1 << 20]);
        ClearTextReader reader = new ClearTextReader();
        reader.feed(ByteBuffer.wrap(bytes));

        assertThat(reader.kept()).isEqualTo(Arrays.copyOf(bytes, 80 * 1024));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 502 Proxy Error",
                "<html>",
                "SSH-2.0-OpenSSH_9.2",
                "x",
                "\u0016x",
                "\u0017\u0002",
                // An SSLv2-format ClientHello begins with its length, the highest bit set.
                "\u0080.\u0001\u0003\u0001"
            })
    void whatIsNoRecordIsNotTls(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ClearTextReader reader = new ClearTextReader();

        assertThat(reader.feed(bytes, 0, bytes.length)).containsExactly(new NotTls(text.replaceAll("[^ -~]", ".")));
        assertThat(reader.done()).isTrue();
    }

    @Test
    void notTlsShowsAtMost64BytesAndNoControlCharacters() {
        byte[] bytes = ("HTTP/1.1 407 \u001b[31m\r\n" + "é".repeat(100)).getBytes(StandardCharsets.UTF_8);

        assertThat(new ClearTextReader().feed(bytes, 0, bytes.length))
                .containsExactly(new NotTls("HTTP/1.1 407 .[31m.." + ".".repeat(44)));
    }

    @Test
    void notTlsIsSaidAtTheFirstByteThatSettlesIt() {
        ClearTextReader reader = new ClearTextReader();

        assertThat(reader.feed(hex("16"), 0, 1)).isEmpty();
        assertThat(reader.feed("no".getBytes(StandardCharsets.US_ASCII), 0, 1)).isEqualTo(List.of(new NotTls(".n")));
    }

    @Test
    void anEmptyFeedSaysNothing() {
        ClearTextReader reader = new ClearTextReader();

        assertThat(reader.feed(ByteBuffer.allocate(0))).isEmpty();
        assertThat(reader.done()).isFalse();
        assertThat(reader.kept()).isEmpty();
    }
}
