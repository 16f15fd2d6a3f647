package throughline.tls;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The first bytes of a connection: no exception, nothing after the end, no more kept than came, the same however cut. */
class ClearTextFuzz {
    static Stream<byte[]> seeds() {
        return MutatedBytesTest.SEEDS.stream();
    }

    @MethodSource("seeds")
    @FuzzTest
    void bytesAreReadOrNamedMalformed(byte[] bytes) {
        ClearTextReader whole = new ClearTextReader();
        List<TlsMessage> messages = whole.feed(bytes, 0, bytes.length);
        messages.forEach(MutatedBytesTest::readAll);
        require(whole.kept().length <= bytes.length, "more kept than came");

        // The first byte says where to cut as well: the search finds out which cuts matter.
        int cut = bytes.length == 0 ? 0 : Math.min(bytes[0] & 0xff, bytes.length);
        ClearTextReader pieces = new ClearTextReader();
        List<TlsMessage> later = new ArrayList<>(pieces.feed(bytes, 0, cut));
        boolean done = pieces.done();
        List<TlsMessage> rest = pieces.feed(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
        require(!done || rest.isEmpty(), "something read after the end");
        later.addAll(rest);
        require(later.equals(messages) || noTls(messages), "other messages when cut at " + cut);
    }

    /** How many of the first bytes it quotes depends on how many had come. */
    private static boolean noTls(List<TlsMessage> messages) {
        return messages.size() == 1 && messages.get(0) instanceof NotTls;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
