package throughline.protocol.replication;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

class SliceStreamTest {
    private static final String MAGIC = "544c534c00000001";

    /** CRC32C of "123456789" is e3069283: the check value of RFC 3720 and of every CRC catalogue. */
    private static final String DATA_HEADER = "01" + "0000" + "0000000000001000" + "00000009" + "e3069283";

    private static final String DATA = "313233343536373839";
    private static final String ZEROS = "02" + "0001" + "0000000000002000" + "0000000000000200";
    private static final String END = "00" + "0000000000000002";

    /** By sha256sum of coreutils, over all of the bytes before it but the data. */
    private static final String DIGEST = "c32b123b4d78b52ad22ddfb67240360774259eb10f5497ef66bd9e1a2c8bc242";

    private static final String SLICE = MAGIC + DATA_HEADER + DATA + ZEROS + END + DIGEST;

    /** RFC 8878: magic, single segment with one byte of content size, 9, and one last raw block of 9 bytes. */
    private static final String ZSTD_CONTENT = "28b52ffd" + "20" + "09" + "490000" + DATA;

    private static final String ZSTD_HEADER = "03" + "0000" + "0000000000001000" + "00000009" + "e3069283" + "00000012";

    @Test
    void writesTheDocumentedBytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SliceWriter writer = new SliceWriter(out);
        writer.data(0, 4096, "..123456789".getBytes(US_ASCII), 2, 9);
        writer.zeros(1, 8192, 512);
        String digest = writer.end();

        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(SLICE);
        assertThat(digest).isEqualTo(DIGEST);
        assertThat(SliceWriter.encodedLength(1, 9, 1)).isEqualTo(out.size());
    }

    @Test
    void readsTheDocumentedBytes() throws IOException {
        SliceReader reader = reader(SLICE);
        ByteBuffer data = ByteBuffer.allocate(20);

        assertThat(reader.next()).contains(new Frame.Data(0, 4096, 9, 0xe3069283));
        while (reader.read(data) >= 0) {
            assertThat(data.position()).isLessThanOrEqualTo(9);
        }
        assertThat(reader.next()).contains(new Frame.Zeros(1, 8192, 512));
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).isEmpty();
        assertThat(new String(data.array(), 0, data.position(), US_ASCII)).isEqualTo("123456789");
        assertThat(reader.digest()).isEqualTo(DIGEST);
        assertThat(reader.frames()).isEqualTo(2);
        assertThat(reader.bytes()).isEqualTo(521);
    }

    @Test
    void readsNothingBehindTheEndFrame() throws IOException {
        byte[] slice = bytes(SLICE + "ff");
        int[] asked = {0};
        ReadableByteChannel in = new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) {
                if (asked[0] == slice.length - 1) {
                    throw new AssertionError("asked for more than the slice");
                }
                target.put(slice[asked[0]++]);
                return 1;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };

        assertThat(drain(in)).hasSize(9);
    }

    @ParameterizedTest(name = "{0} bytes at a time")
    @ValueSource(ints = {1, 2, 7, 600})
    void dataMayComeInPiecesOfAnySize(int most) throws IOException {
        byte[] data = new byte[3000];
        Arrays.fill(data, (byte) 7);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SliceWriter writer = new SliceWriter(out);
        writer.data(0, 0, data, 0, data.length);
        writer.data(0, 5000, data, 0, 1);
        writer.end();

        byte[] expected = new byte[3001];
        Arrays.fill(expected, (byte) 7);
        assertThat(drain(dripping(out.toByteArray(), most))).isEqualTo(expected);
    }

    @Test
    void readsACompressedFrame() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SliceWriter writer = new SliceWriter(out);
        byte[] content = bytes(ZSTD_CONTENT);
        writer.zstd(0, 4096, "123456789".getBytes(US_ASCII), 0, 9, content, content.length);
        writer.end();

        assertThat(HexFormat.of().formatHex(out.toByteArray())).startsWith(MAGIC + ZSTD_HEADER + ZSTD_CONTENT);
        assertThat(drain(dripping(out.toByteArray(), 5))).isEqualTo("123456789".getBytes(US_ASCII));
    }

    @Test
    void onlyTheWholeOfWhatWasCompressedIsAccepted() {
        byte[] data = "throughline ".repeat(1000).getBytes(US_ASCII);
        byte[] target = new byte[Zstd.bound(data.length)];
        int length = Zstd.compress(data, 0, data.length, target);
        byte[] compressed = Arrays.copyOf(target, length);

        assertThat(length).isLessThan(100);
        assertThat(Zstd.decompress(compressed, data.length).orElseThrow()).isEqualTo(data);
        assertThat(Zstd.decompress(compressed, data.length - 1)).isEmpty();
        assertThat(Zstd.decompress(Arrays.copyOf(compressed, length - 1), data.length))
                .isEmpty();
    }

    @Test
    void everyTruncationIsNoticed() {
        byte[] whole = bytes(SLICE);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> drain(cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.TRUNCATED));
        }
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] whole = bytes(SLICE);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> drain(flipped)).as("bit %d", bit).isInstanceOf(RefusedException.class);
        }
    }

    static List<Arguments> hostile() {
        String at0 = "0000" + "0000000000000000";
        return List.of(
                hostile("other magic", "504b030400000000", RefusalReason.MALFORMED, "504b0304"),
                hostile("later version", "544c534c00000002", RefusalReason.MALFORMED, "544c534c00000002"),
                hostile("unknown frame", MAGIC + "07", RefusalReason.MALFORMED, "frame type 7"),
                hostile("no data", MAGIC + "01" + at0 + "00000000" + "00000000", RefusalReason.MALFORMED, "length 0"),
                hostile(
                        "data of 4 MiB and 1",
                        MAGIC + "01" + at0 + "00400001" + "00000000",
                        RefusalReason.MALFORMED,
                        "length 4194305"),
                hostile(
                        "a negative length",
                        MAGIC + "01" + at0 + "ffffffff" + "00000000",
                        RefusalReason.MALFORMED,
                        "accepted are 1 to 4194304"),
                hostile(
                        "a negative offset",
                        MAGIC + "01" + "0000" + "ffffffffffffffff" + "00000001" + "00000000",
                        RefusalReason.MALFORMED,
                        "offset 18446744073709551615"),
                hostile("no zeros", MAGIC + "02" + at0 + "0000000000000000", RefusalReason.MALFORMED, "length 0"),
                hostile(
                        "zeros beyond 64 TiB",
                        MAGIC + "02" + at0 + "0000400000000001",
                        RefusalReason.MALFORMED,
                        "length 70368744177665"),
                hostile(
                        "zeros that end behind the last offset there is",
                        MAGIC + "02" + "0000" + "7fffffffffffffff" + "0000000000000001",
                        RefusalReason.MALFORMED,
                        "offset 9223372036854775807"),
                hostile(
                        "compressed to more than 4 MiB",
                        MAGIC + "03" + at0 + "00000001" + "00000000" + "00400001",
                        RefusalReason.MALFORMED,
                        "4194305 bytes compressed"),
                hostile(
                        "compressed to less than nothing",
                        MAGIC + "03" + at0 + "00000001" + "00000000" + "ffffffff",
                        RefusalReason.MALFORMED,
                        "4294967295 bytes compressed"),
                hostile(
                        "no zstd",
                        MAGIC + "03" + at0 + "00000001" + "00000000" + "00000002" + "ffff",
                        RefusalReason.CHECKSUM_MISMATCH,
                        "is not the zstd frame of 1 bytes"),
                hostile(
                        "zstd of another length",
                        MAGIC + ZSTD_HEADER.replace("00000009", "0000000a") + ZSTD_CONTENT,
                        RefusalReason.CHECKSUM_MISMATCH,
                        "of 10 bytes that it announces"),
                hostile(
                        "another checksum",
                        MAGIC + DATA_HEADER.replace("e3069283", "e3069284") + DATA,
                        RefusalReason.CHECKSUM_MISMATCH,
                        "CRC32C e3069284 announced, e3069283 received"),
                hostile(
                        "another count",
                        MAGIC + "00" + "0000000000000005",
                        RefusalReason.MALFORMED,
                        "counts 5 frames, 0 arrived"),
                hostile(
                        "another digest",
                        MAGIC + "00" + "0000000000000000" + "ff".repeat(32),
                        RefusalReason.CHECKSUM_MISMATCH,
                        "digest"));
    }

    private static Arguments hostile(String what, String hex, RefusalReason reason, String said) {
        return Arguments.of(what, hex, reason, said);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void refusesWithOneSentence(String what, String hex, RefusalReason reason, String said) {
        assertThatThrownBy(() -> drain(bytes(hex)))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(said)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void moreFramesThanASliceMayHoldAreRefused() {
        byte[] frame = bytes("02" + "0000" + "0000000000000000" + "0000000000000001");
        ByteBuffer slice = ByteBuffer.allocate(8 + 65_537 * frame.length).put(bytes(MAGIC));
        while (slice.hasRemaining()) {
            slice.put(frame);
        }

        assertThatThrownBy(() -> drain(slice.array())).hasMessageContaining("more than 65536 frames");
    }

    @Test
    void theWriterTakesOnlyWhatAReaderAccepts() throws IOException {
        SliceWriter writer = new SliceWriter(new ByteArrayOutputStream());
        byte[] data = new byte[Frame.LONGEST_DATA + 1];

        assertThatThrownBy(() -> writer.data(0, 0, data, 0, data.length)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.data(0, -1, data, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.data(65_536, 0, data, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.zeros(0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Of "a" alone; by sha256sum over 32 zero bytes and SHA-256 of "a". */
    @Test
    void aChainFollowsFromItsSlices() {
        assertThat(SliceChain.next(
                        SliceChain.EMPTY, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"))
                .isEqualTo("8c374a53782642f7514d087d26a3e733f1b806009a03e04a43b288ef2fa9f9c0");
    }

    private static SliceReader reader(String hex) throws IOException {
        return new SliceReader(Channels.newChannel(new ByteArrayInputStream(bytes(hex))));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] drain(byte[] slice) throws IOException {
        return drain(Channels.newChannel(new ByteArrayInputStream(slice)));
    }

    /** All data, one frame after the other. */
    private static byte[] drain(ReadableByteChannel in) throws IOException {
        SliceReader reader = new SliceReader(in);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(100);
        while (reader.next().isPresent()) {
            while (reader.read(buffer) >= 0) {
                data.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        }
        return data.toByteArray();
    }

    private static ReadableByteChannel dripping(byte[] bytes, int most) {
        return Channels.newChannel(new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int start, int length) {
                return super.read(target, start, Math.min(length, most));
            }
        });
    }
}
