package throughline.primary.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.protocol.replication.BlockDigests;

class KnownBlocksTest {
    private static final int BLOCK = BlockDigests.BLOCK;

    private final KnownBlocks known = new KnownBlocks(3 * BLOCK + 5);
    private final byte[] content = new byte[BLOCK];

    @BeforeEach
    void fill() {
        new Random(1).nextBytes(content);
    }

    @Test
    void whatWasNotedIsKnownToWhoeverAsksLater() {
        known.notes().note(1, content, 0, BLOCK);

        assertThat(known.notes().isKnown(1, content.clone(), 0, BLOCK)).isTrue();
    }

    @Test
    void theSameBlockTwiceInARowIsStillTheSame() {
        KnownBlocks.Notes notes = known.notes();
        notes.note(0, content, 0, BLOCK);

        assertThat(notes.isKnown(0, content, 0, BLOCK)).isTrue();
        assertThat(notes.isKnown(0, content, 0, BLOCK)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 4095, BLOCK / 2, BLOCK - 2, BLOCK - 1})
    void aBlockWithOneOtherBitIsNotKnown(int place) {
        known.notes().note(1, content, 0, BLOCK);
        content[place] ^= 0x10;

        assertThat(known.notes().isKnown(1, content, 0, BLOCK)).isFalse();
    }

    @Test
    void nothingIsKnownOfABlockThatWasNotNoted() {
        known.notes().note(1, content, 0, BLOCK);

        assertThat(known.notes().isKnown(2, content, 0, BLOCK)).isFalse();
        assertThat(known.notes().isKnown(2, new byte[BLOCK], 0, BLOCK)).isFalse();
    }

    @Test
    void zerosAreKnownHoweverTheyWereNoted() {
        known.notes().noteZeros(0, BLOCK);
        known.notes().note(1, new byte[BLOCK], 0, BLOCK);

        assertThat(known.notes().isKnown(0, new byte[BLOCK], 0, BLOCK)).isTrue();
        assertThat(known.notes().isKnown(1, new byte[BLOCK], 0, BLOCK)).isTrue();
        assertThat(known.notes().isKnown(0, content, 0, BLOCK)).isFalse();
    }

    @Test
    void theLastBlockIsKnownAsShortAsItIs() {
        known.notes().note(3, content, 100, 5);

        assertThat(known.notes().isKnown(3, content, 100, 5)).isTrue();
        assertThat(known.notes().isKnown(3, content, 101, 5)).isFalse();
    }

    @Test
    void aShortLastBlockOfZerosIsKnown() {
        known.notes().noteZeros(3, 5);

        assertThat(known.notes().isKnown(3, new byte[5], 0, 5)).isTrue();
    }

    @Test
    void notesHoldForTheHistoryThatWasAcknowledgedAndForOneCycle() {
        Object history = new Object();
        known.begin(history);
        known.notes().note(1, content, 0, BLOCK);
        known.acknowledged(history);

        assertThat(known.begin(history)).isTrue();
        assertThat(known.notes().isKnown(1, content, 0, BLOCK)).isTrue();
        assertThat(known.begin(history)).as("without an acknowledgement").isFalse();
        assertThat(known.notes().isKnown(1, content, 0, BLOCK)).isFalse();
    }

    @Test
    void anotherHistoryMakesEverythingUnknown() {
        known.begin("one");
        known.notes().note(1, content, 0, BLOCK);
        known.acknowledged("one");

        assertThat(known.begin("another")).isFalse();
        assertThat(known.notes().isKnown(1, content, 0, BLOCK)).isFalse();
    }

    @Test
    void aDiskNeedsSixteenBytesForEachBlockBegun() {
        assertThat(KnownBlocks.memory(3 * BLOCK + 5)).isEqualTo(4 * 16);
    }
}
