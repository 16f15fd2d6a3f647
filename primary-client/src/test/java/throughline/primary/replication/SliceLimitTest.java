package throughline.primary.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SliceLimitTest {
    private static final long MIB = 1 << 20;

    private final SliceLimit limit = new SliceLimit(64 * MIB);

    @Test
    void isHalvedWhereThereIsMoreToSend() {
        assertThat(limit.cut(64 * MIB, 1000 * MIB)).isTrue();
        assertThat(limit.bytes()).isEqualTo(32 * MIB);
    }

    /** Else the same slice would be sent, and refused, for as often as the limit can be halved. */
    @Test
    void isHalfOfAllWhereThatIsLess() {
        assertThat(limit.refused(64 * MIB, 3 * MIB)).isTrue();
        assertThat(limit.bytes()).isEqualTo(3 * MIB / 2);

        assertThat(limit.refused(3 * MIB / 2, 3 * MIB)).isTrue();
        assertThat(limit.bytes()).isEqualTo(MIB);

        assertThat(limit.refused(MIB, 3 * MIB)).isFalse();
    }

    @Test
    void stopsAtOnceWhereAllIsNoMoreThanTheSmallest() {
        assertThat(limit.refused(64 * MIB, MIB)).isFalse();
        assertThat(limit.bytes()).isEqualTo(64 * MIB);
    }

    @Test
    void aSliceThatWasCutBeforeItWentDownChangesNothing() {
        limit.cut(64 * MIB, 1000 * MIB);

        assertThat(limit.cut(64 * MIB, 1000 * MIB)).isTrue();
        assertThat(limit.bytes()).isEqualTo(32 * MIB);
    }

    @Test
    void aCutHoldsUntilTheReceiptAndARefusalLonger() {
        limit.refused(64 * MIB, 1000 * MIB);
        limit.cut(32 * MIB, 1000 * MIB);
        assertThat(limit.bytes()).isEqualTo(16 * MIB);

        limit.received();

        assertThat(limit.bytes()).isEqualTo(32 * MIB);
    }
}
