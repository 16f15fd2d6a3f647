package throughline.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Feeds the same bytes in pieces of several sizes; a reader must not care how they were cut. */
final class Feeding {
    private Feeding() {}

    /** The messages, having seen that every way of cutting gives the same ones and the same end. */
    static List<TlsMessage> everyWay(byte[] bytes) {
        ClearTextReader whole = new ClearTextReader();
        List<TlsMessage> messages = whole.feed(bytes, 0, bytes.length);
        Random random = new Random(8446);
        for (int most : new int[] {1, 2, 7, 100, 16 * 1024}) {
            ClearTextReader cut = new ClearTextReader();
            assertThat(inPieces(cut, bytes, most, random))
                    .as("pieces of at most %d bytes", most)
                    .isEqualTo(messages);
            assertThat(cut.done()).as("done after pieces of %d", most).isEqualTo(whole.done());
        }
        return messages;
    }

    private static List<TlsMessage> inPieces(ClearTextReader reader, byte[] bytes, int most, Random random) {
        List<TlsMessage> messages = new ArrayList<>();
        int position = 0;
        while (position < bytes.length) {
            int length = Math.min(1 + random.nextInt(most), bytes.length - position);
            messages.addAll(reader.feed(bytes, position, length));
            position += length;
        }
        return messages;
    }
}
