package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransferTextTest {
    private static final long MIB = 1 << 20;

    @Test
    void aLineHasShareRateAndWhatRemains() {
        TransferText half = new TransferText("disk", 512 * MIB, 1024 * MIB, 0, Duration.ofSeconds(2));

        assertThat(half.line()).isEqualTo("disk [########--------]  50 % of 1 GiB, 256 MiB/s, 2 s left");
    }

    @Test
    void whatCompressionSavedIsSaid() {
        TransferText line = new TransferText("disk", 256 * MIB, 1024 * MIB, 3 * MIB, Duration.ofSeconds(1));

        assertThat(line.line())
                .isEqualTo("disk [####------------]  25 % of 1 GiB, 256 MiB/s, 3 s left, 3 MiB compressed away");
    }

    @Test
    void beforeThereIsARateNoneIsGuessed() {
        assertThat(new TransferText("disk", MIB, 4 * MIB, 0, Duration.ofMillis(100)).line())
                .isEqualTo("disk [####------------]  25 % of 4 MiB");
    }

    @Test
    void nothingToDoIsNoDivisionByZero() {
        assertThat(new TransferText("disk", 0, 0, 0, Duration.ofSeconds(9)).line())
                .isEqualTo("disk [----------------]   0 % of 0 bytes");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4096, 4096", "64MiB, 67108864", "1 GiB, 1073741824", "7B, 7", "64TiB, 70368744177664"})
    void sizesHaveUnits(String given, long expected) throws Exception {
        assertThat(ByteSize.parse("--limit", given)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "64MB", "1.5GiB", "9999999999999TiB", "99999999999999", "MiB"})
    void otherSizesAreRefusedWithWhatIsAccepted(String given) {
        assertThatThrownBy(() -> ByteSize.parse("--limit", given))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("--limit \"" + given + "\"")
                .hasMessageContaining("64MiB");
    }
}
