package throughline.primary.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockSetTest {
    private static final long GIB = 1L << 30;

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0, 0",
        "0, 65536, 0, 0",
        "0, 65537, 0, 1",
        "65535, 2, 0, 1",
        "65536, 65536, 1, 1",
        // The last block of 16 GiB is number 262143.
        "17179803648, 65536, 262143, 262143",
        // From one page of bits to the next, at 4 GiB.
        "4294967295, 2, 65535, 65536"
    })
    void everyBlockThatIsTouchedIsAdded(long offset, long length, long first, long last) {
        BlockSet set = new BlockSet(16 * GIB);

        set.add(offset, length);

        List<Long> expected = new ArrayList<>();
        for (long block = first; block <= last; block++) {
            expected.add(block);
        }
        assertThat(blocks(set)).isEqualTo(expected);
        assertThat(set.bytes()).isEqualTo(expected.size() * 65536L);
    }

    @Test
    void theLastBlockCountsAsLongAsItIs() {
        BlockSet set = new BlockSet(65536 + 10);

        set.add(65536, 1);

        assertThat(set.bytes()).isEqualTo(10);
    }

    @Test
    void nothingAddsNothing() {
        BlockSet set = new BlockSet(GIB);

        set.add(100, 0);

        assertThat(blocks(set)).isEmpty();
    }

    @Test
    void whatLiesBeyondTheDiskIsRefused() {
        BlockSet set = new BlockSet(100);

        assertThatThrownBy(() -> set.add(90, 11)).hasMessage("11 bytes at offset 90; the disk has 100 bytes");
        assertThatThrownBy(() -> set.add(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> set.add(1, Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
    }

    static List<Long> blocks(BlockSet set) {
        List<Long> blocks = new ArrayList<>();
        for (long block = set.next(0); block >= 0; block = set.next(block + 1)) {
            blocks.add(block);
        }
        return blocks;
    }
}
