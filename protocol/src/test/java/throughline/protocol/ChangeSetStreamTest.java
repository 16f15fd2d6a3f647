package throughline.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChangeSetStreamTest {
    /** CRC32C of "123456789" is e3069283: the check value of RFC 3720 and of every CRC catalogue. */
    private static final String ONE_BLOCK = "544c435300000001" // magic and version
            + "01" + "0000000000001000" + "00000009" + "e3069283" + "313233343536373839" // block
            + "00" + "0000000000000001"; // end, without its digest

    /** sha256sum of the bytes above, computed by coreutils. */
    private static final String ONE_BLOCK_DIGEST = "bb5c5f6a92b2c753327bc3151c85444d6f4e1d9fa1896ae351411fb65ff3e055";

    @Test
    void writesTheDocumentedBytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChangeSetWriter writer = new ChangeSetWriter(out);
        writer.block(4096, "..123456789".getBytes(US_ASCII), 2, 9);
        String digest = writer.end();

        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(ONE_BLOCK + ONE_BLOCK_DIGEST);
        assertThat(digest).isEqualTo(ONE_BLOCK_DIGEST);
    }

    @Test
    void readsTheDocumentedBytes() throws IOException {
        ChangeSetReader reader = reader(ONE_BLOCK + ONE_BLOCK_DIGEST);

        Block block = reader.next().orElseThrow();
        assertThat(block.offset()).isEqualTo(4096);
        assertThat(US_ASCII.decode(block.data()).toString()).isEqualTo("123456789");
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).isEmpty();
        assertThat(reader.digest()).isEqualTo(ONE_BLOCK_DIGEST);
        assertThat(reader.blocks()).isEqualTo(1);
        assertThat(reader.bytes()).isEqualTo(9);
    }

    @Test
    void carriesBlocksOfEverySizeUpToTheLimit() throws IOException {
        byte[] data = new byte[Block.MAXIMUM_LENGTH];
        data[data.length - 1] = 7;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChangeSetWriter writer = new ChangeSetWriter(out);
        List<Integer> lengths = List.of(1, 65536, 65537, Block.MAXIMUM_LENGTH);
        for (int length : lengths) {
            writer.block(0, data, data.length - length, length);
        }
        writer.end();

        ChangeSetReader reader = new ChangeSetReader(new ByteArrayInputStream(out.toByteArray()));
        List<Integer> read = new ArrayList<>();
        for (Optional<Block> block = reader.next(); block.isPresent(); block = reader.next()) {
            ByteBuffer content = block.get().data();
            assertThat(content.get(content.limit() - 1)).isEqualTo((byte) 7);
            read.add(content.remaining());
        }
        assertThat(read).isEqualTo(lengths);
    }

    @Test
    void everyTruncationIsNoticed() {
        byte[] whole = HexFormat.of().parseHex(ONE_BLOCK + ONE_BLOCK_DIGEST);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> drain(cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.TRUNCATED));
        }
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] whole = HexFormat.of().parseHex(ONE_BLOCK + ONE_BLOCK_DIGEST);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> drain(flipped)).as("bit %d", bit).isInstanceOf(RefusedException.class);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void refusesWithOneSentence(String what, String hex, RefusalReason reason, String said) {
        assertThatThrownBy(() -> drain(HexFormat.of().parseHex(hex)))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(said);
    }

    static List<Arguments> hostile() {
        String magic = "544c435300000001";
        return List.of(
                Arguments.of("other magic", "504b030400000000", RefusalReason.MALFORMED, "504b0304"),
                Arguments.of("later version", "544c435300000002", RefusalReason.MALFORMED, "544c435300000002"),
                Arguments.of("unknown frame", magic + "07", RefusalReason.MALFORMED, "frame type 7"),
                Arguments.of(
                        "length zero",
                        magic + "01" + "0000000000000000" + "00000000" + "00000000",
                        RefusalReason.MALFORMED,
                        "length 0"),
                Arguments.of(
                        "length of 4 GiB - 1",
                        magic + "01" + "0000000000000000" + "ffffffff" + "00000000",
                        RefusalReason.MALFORMED,
                        "length 4294967295"),
                Arguments.of(
                        "negative offset",
                        magic + "01" + "ffffffffffffffff" + "00000001" + "00000000",
                        RefusalReason.MALFORMED,
                        "offset 18446744073709551615"),
                Arguments.of(
                        "wrong count",
                        magic + "00" + "0000000000000005",
                        RefusalReason.MALFORMED,
                        "counts 5 blocks, 0 arrived"));
    }

    private static ChangeSetReader reader(String hex) throws IOException {
        return new ChangeSetReader(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));
    }

    private static void drain(byte[] bytes) throws IOException {
        ChangeSetReader reader = new ChangeSetReader(new ByteArrayInputStream(bytes));
        while (reader.next().isPresent()) {
            // only the checks matter
        }
    }
}
