package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long an acceptance lets a pair be sent side by side: an account may be closed at any time. */
class TrustedPairTest {
    private static final ProxyCredentials PAIR = new ProxyCredentials("alice", "Open Sesame");

    private final AtomicLong nanoTime = new AtomicLong(-1);
    private final ProxyAuthentication authentication = new ProxyAuthentication(
            Optional.of(() -> Optional.of(PAIR)), EnumSet.of(AuthenticationScheme.BASIC), nanoTime::get);

    @Test
    void whatWasAcceptedJustNowIsSentSideBySide() {
        authentication.accepts(PAIR);

        assertThatNoException().isThrownBy(this::turn);
        assertThatNoException().isThrownBy(this::turn);
    }

    @Test
    void whatWasAcceptedLongAgoIsSentByOneAtATime() throws IOException {
        authentication.accepts(PAIR);
        nanoTime.addAndGet(Duration.ofSeconds(6).toNanos());

        Trial first = turn();
        assertThatThrownBy(this::turn).isInstanceOf(SocketTimeoutException.class);
        authentication.accepts(PAIR);
        turn().close();
        first.close();
    }

    private Trial turn() throws IOException {
        return authentication.trial(PAIR, Deadline.in(Duration.ofMillis(100)), () -> false);
    }
}
