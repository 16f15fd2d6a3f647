package throughline.primary.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BandwidthTest {
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final FakeTicker ticker = new FakeTicker();

    @Test
    void whatIsSentTakesTheTimeThatItMay() throws InterruptedIOException {
        Bandwidth bandwidth = new Bandwidth(OptionalLong.of(1_000_000), ticker, cancelled);

        for (int i = 0; i < 11; i++) {
            bandwidth.take(500_000);
        }

        // The last one is let go when the ten before it are paid for.
        assertThat(ticker.passed).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void timeInWhichNothingWasSentIsNotSavedUp() throws InterruptedIOException {
        Bandwidth bandwidth = new Bandwidth(OptionalLong.of(1000), ticker, cancelled);
        ticker.passed = Duration.ofHours(1);

        bandwidth.take(1000);
        bandwidth.take(1000);

        assertThat(ticker.passed).isEqualTo(Duration.ofHours(1).plusSeconds(1));
    }

    @Test
    void withoutALimitNobodyWaits() throws InterruptedIOException {
        new Bandwidth(OptionalLong.empty(), ticker, cancelled).take(Long.MAX_VALUE);

        assertThat(ticker.passed).isZero();
    }

    @Test
    void cancellingEndsTheWait() throws InterruptedIOException {
        Bandwidth bandwidth = new Bandwidth(OptionalLong.of(1), Ticker.system(), cancelled);
        bandwidth.take(1_000_000);
        cancelled.countDown();

        assertThatThrownBy(() -> bandwidth.take(1)).isInstanceOf(InterruptedIOException.class);
    }

    /** Time passes only where somebody waits for it. */
    private static final class FakeTicker implements Ticker {
        private Duration passed = Duration.ZERO;

        @Override
        public long nanoTime() {
            return passed.toNanos();
        }

        @Override
        public boolean await(CountDownLatch cancelled, Duration most) {
            passed = passed.plus(most);
            return false;
        }
    }
}
