package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.protocol.AttemptId;
import throughline.protocol.Block;
import throughline.protocol.ChangeSetReader;
import throughline.protocol.ConnectionView;
import throughline.protocol.DiskDeclaration;
import throughline.protocol.Endpoints;
import throughline.protocol.MediaTypes;
import throughline.protocol.RefusalReason;
import throughline.protocol.SignedView;
import throughline.replica.view.HandshakeLog;

/** {@code docs/wire.md} says what the code does. */
class WireDocumentTest {
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
                                "`PUT " + Endpoints.VERSION + "/disks/{disk}`",
                                "`POST " + Endpoints.VERSION + "/disks/{disk}/change-sets/{epoch}/{sequence}`",
                                "`" + AttemptId.HEADER + "`",
                                SignedView.DOMAIN,
                                "to " + Block.MAXIMUM_LENGTH,
                                "to " + DiskDeclaration.MAXIMUM_SIZE,
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
    void theExampleOfAChangeSetIsOne() throws IOException {
        int start = document.indexOf("544c4353 00000001");
        String hex = document.substring(start, document.indexOf("```", start)).replaceAll("\\s", "");
        ChangeSetReader reader =
                new ChangeSetReader(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));

        assertThat(reader.next().orElseThrow().offset()).isEqualTo(4096);
        assertThat(reader.next()).isEmpty();
        assertThat(document).contains("\"digest\": \"" + reader.digest() + "\"");
    }

    private static Stream<String> codes(Enum<?>[] constants) {
        return Stream.of(constants)
                .map(constant ->
                        "`" + constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + "`");
    }

    private static String value(java.lang.reflect.Field field) {
        try {
            return "`" + field.get(null) + "`";
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
