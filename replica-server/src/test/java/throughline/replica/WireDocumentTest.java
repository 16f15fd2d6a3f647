package throughline.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.protocol.Announcement;
import throughline.protocol.AttemptId;
import throughline.protocol.ConnectionView;
import throughline.protocol.Endpoints;
import throughline.protocol.Json;
import throughline.protocol.MediaTypes;
import throughline.protocol.Refusal;
import throughline.protocol.RefusalReason;
import throughline.protocol.SignedView;
import throughline.protocol.replication.BlockDigests;
import throughline.protocol.replication.Commit;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.DigestKey;
import throughline.protocol.replication.Frame;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineList;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.ReplicationPaths;
import throughline.protocol.replication.SliceChain;
import throughline.protocol.replication.SliceReader;
import throughline.protocol.replication.SliceReceipt;
import throughline.replica.store.StoreLimits;
import throughline.replica.view.HandshakeLog;

/** {@code docs/wire.md} says what the code does. */
class WireDocumentTest {
    private static final String MACHINE = ReplicationPaths.MACHINES + "/{machine}";
    private static String document = "";

    @BeforeAll
    static void read() throws IOException {
        document = Files.readString(Path.of("..", "docs", "wire.md"));
    }

    @ParameterizedTest
    @EnumSource(RefusalReason.class)
    void everyRefusalReasonStandsThereWithItsStatus(RefusalReason reason) {
        assertThat(document).contains("\n| `" + reason.code() + "` | " + reason.status() + " | ");
        assertThat(document)
                .contains(reason.type()
                        .substring(0, reason.type().length() - reason.code().length()));
    }

    static Stream<String> words() throws Exception {
        return Stream.of(
                        Stream.of(
                                "`POST " + Endpoints.ANNOUNCE + "`",
                                "`GET " + ReplicationPaths.MACHINES + "`",
                                "`PUT " + MACHINE + "`",
                                "`GET " + MACHINE + "`",
                                "`POST " + MACHINE + "/change-sets/{epoch}/{sequence}`",
                                "`POST " + MACHINE + "/change-sets/{epoch}/{sequence}/slices/{number}`",
                                "`GET " + MACHINE + "/disks/{disk}/digests/{content}/{key}/{first}/{count}`",
                                "| " + Frame.LONGEST_DATA + " bytes",
                                "| " + Frame.MOST_IN_SLICE + " |",
                                "| " + ReplicationPaths.MOST_DIGESTS + " |",
                                "| " + MachineDeclaration.MOST_DISKS + " |",
                                StoreLimits.none().largestSlice() + " bytes",
                                "blocks of " + BlockDigests.BLOCK + " bytes",
                                "`" + AttemptId.HEADER + "`",
                                SignedView.DOMAIN,
                                "1 to " + Frame.LONGEST_DATA,
                                "to " + DeclaredDisk.MAXIMUM_SIZE,
                                "| " + HandshakeLog.LIMIT + " |"),
                        Stream.of(MediaTypes.class.getFields()).map(WireDocumentTest::value),
                        codes(ConnectionView.HandshakeOutcome.values()),
                        codes(ConnectionView.CertificateOutcome.values()),
                        codes(ConnectionView.CertificateRefusal.values()))
                .flatMap(words -> words);
    }

    @ParameterizedTest
    @MethodSource("words")
    void everyWordOfTheProtocolStandsThere(String word) {
        assertThat(document).contains(word);
    }

    @Test
    void theExampleOfASliceIsOne() throws IOException {
        int start = document.indexOf("544c534c 00000001");
        String hex = document.substring(start, document.indexOf("```", start)).replaceAll("\\s", "");
        SliceReader reader = new SliceReader(
                Channels.newChannel(new ByteArrayInputStream(HexFormat.of().parseHex(hex))));

        Frame.Data data = (Frame.Data) reader.next().orElseThrow();
        assertThat(reader.read(ByteBuffer.allocate(16))).isEqualTo(9);
        assertThat(data).isEqualTo(new Frame.Data(0, 4096, 9, 0xe3069283));
        assertThat(reader.next()).contains(new Frame.Zeros(1, 65536, 1 << 20));
        assertThat(reader.next()).isEmpty();
        assertThat(document)
                .contains("\"digest\": \"" + reader.digest() + "\"")
                .contains("has the digest `" + SliceChain.next(SliceChain.EMPTY, reader.digest()) + "`");
    }

    @Test
    void theDigestOfZerosIsTheirs() {
        byte[] digest = new byte[BlockDigests.LENGTH];
        new BlockDigests(new DigestKey("000102030405060708090a0b0c0d0e0f")).ofZeros(digest, 0);

        assertThat(document).contains("\n" + HexFormat.of().formatHex(digest) + "\n");
    }

    @ParameterizedTest
    @MethodSource("messages")
    void theExamplesOfMessagesAreThem(String start, Class<?> type) throws IOException {
        int first = document.indexOf(start);
        String message = document.substring(first, document.indexOf("```", first));

        assertThat(Json.plain().decode(message.getBytes(UTF_8), type)).isInstanceOf(type);
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of("{\"nonce\"", Announcement.class),
                Arguments.of("{\"epoch\"", MachineDeclaration.class),
                Arguments.of("{\"machine\": \"web-1\", \"epoch\": 3, \"nextSequence\"", MachineState.class),
                Arguments.of("{\"machines\"", MachineList.class),
                Arguments.of("{\"machine\": \"web-1\", \"epoch\": 3, \"sequence\": 42, \"slice\"", SliceReceipt.class),
                Arguments.of("{\"slices\": 1,", Commit.class),
                Arguments.of("{\"machine\": \"web-1\", \"epoch\": 3, \"sequence\": 42,\n", Receipt.class),
                Arguments.of("{\"type\"", Refusal.class));
    }

    private static Stream<String> codes(Enum<?>[] constants) {
        return Stream.of(constants)
                .map(constant -> "`" + constant.name().toLowerCase(Locale.ROOT).replace('_', '-') + "`");
    }

    private static String value(Field field) {
        try {
            return "`" + field.get(null) + "`";
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
