package throughline.harness.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1, 1 byte",
        "1023, 1023 bytes",
        "1024, 1 KiB",
        "1536, 1.5 KiB",
        "10240, 10 KiB",
        "1048064, 1 MiB",
        "1048576, 1 MiB",
        "67108864, 64 MiB",
        "1610612736, 1.5 GiB",
        "70368744177664, 64 TiB",
        "9223372036854775807, 8388608 TiB",
    })
    void bytesHaveTheUnitThatKeepsThemShort(long count, String expected) {
        assertThat(Amounts.bytes(count)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "999, 999 ms",
        "1000, 1 s",
        "59400, 59 s",
        "60000, 1 min 0 s",
        "125000, 2 min 5 s",
        "11520000, 3 h 12 min"
    })
    void timesAreRoundedToWhatMatters(long milliseconds, String expected) {
        assertThat(Amounts.time(Duration.ofMillis(milliseconds))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1048576, 1000, 1 MiB/s", "1048576, 2000, 512 KiB/s", "0, 1000, 0 bytes/s"})
    void aRateIsPerSecond(long count, long milliseconds, String expected) {
        assertThat(Amounts.rate(count, Duration.ofMillis(milliseconds))).isEqualTo(expected);
    }
}
