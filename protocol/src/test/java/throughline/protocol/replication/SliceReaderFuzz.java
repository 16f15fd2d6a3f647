package throughline.protocol.replication;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.protocol.RefusedException;

/** The body of a slice: read to its end, or refused in one sentence. */
class SliceReaderFuzz {
    static Stream<byte[]> seeds() {
        String data = "01" + "0000" + "0000000000001000" + "00000009" + "e3069283" + "313233343536373839";
        String zeros = "02" + "0001" + "0000000000002000" + "0000000000000200";
        String zstd = "03" + "0000" + "0000000000001000" + "00000009" + "e3069283" + "00000012"
                + "28b52ffd2009490000313233343536373839";
        return Stream.of(
                        data + zeros
                                + "000000000000000002c32b123b4d78b52ad22ddfb67240360774259eb10f5497ef66bd9e1a2c8bc242",
                        zstd,
                        "000000000000000000de8dba8a212201914dc7ff3b46a037b8b063e1fb6976219a4ab9b67304e55bad")
                .map(frames -> HexFormat.of().parseHex("544c534c00000001" + frames));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aSliceIsReadOrRefused(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try {
            SliceReader reader = new SliceReader(Channels.newChannel(new ByteArrayInputStream(bytes)));
            long covered = 0;
            for (Optional<Frame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                Frame found = frame.get();
                require(
                        found.length() > 0 && found.offset() >= 0 && found.offset() + found.length() > 0,
                        "a range that is none");
                covered += found.length();
                long data = 0;
                for (int count = reader.read(buffer.clear()); count >= 0; count = reader.read(buffer.clear())) {
                    require(count > 0, "nothing read into an empty buffer");
                    data += count;
                }
                require(!(found instanceof Frame.Data) || data == found.length(), "more or less data than announced");
            }
            require(reader.bytes() == covered && reader.digest().length() == 64, "a wrong sum");
        } catch (RefusedException refused) {
            require(String.valueOf(refused.getMessage()).lines().count() == 1, "a refusal that is not one line");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
