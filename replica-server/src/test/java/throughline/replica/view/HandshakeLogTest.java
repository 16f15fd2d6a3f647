package throughline.replica.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import throughline.protocol.AttemptId;

class HandshakeLogTest {
    private final AtomicLong seconds = new AtomicLong();
    private final HandshakeLog log = new HandshakeLog(() -> Instant.ofEpochSecond(seconds.getAndIncrement()));

    @Test
    void aFullLogForgetsTheOldestAndSaysSince() throws Exception {
        for (int i = 1; i <= HandshakeLog.LIMIT; i++) {
            accept("192.0.2.1");
        }
        assertThat(log.connections()).hasSize(HandshakeLog.LIMIT);
        assertThat(log.coveredSince()).isEqualTo(Instant.ofEpochSecond(0));

        accept("192.0.2.1");

        assertThat(log.connections()).hasSize(HandshakeLog.LIMIT);
        assertThat(log.connections().get(0).id()).isEqualTo(2);
        // The log began at 0 and the first connection came at 1: the second is the oldest that is left.
        assertThat(log.coveredSince()).isEqualTo(Instant.ofEpochSecond(2));
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.1:7", "2001:db8::1, [2001:db8:0:0:0:0:0:1]:7"})
    void aPeerIsAddressAndPort(String address, String text) throws Exception {
        assertThat(accept(address).view().peer()).isEqualTo(text);
    }

    @Test
    void sixteenAttemptsOfAConnectionAreKeptAndAllRequestsCounted() throws Exception {
        WatchedConnection connection = accept("192.0.2.1");
        for (int i = 0; i < 20; i++) {
            AttemptId attempt = new AttemptId(new UUID(0, i));
            connection.request(Optional.of(attempt));
            connection.request(Optional.of(attempt));
        }
        connection.request(Optional.empty());

        assertThat(connection.view().requests()).isEqualTo(41);
        assertThat(connection.view().attempts()).hasSize(16).doesNotHaveDuplicates();
    }

    private WatchedConnection accept(String address) throws Exception {
        return log.accepted(SSLContext.getDefault().createSSLEngine(), new InetSocketAddress(address, 7));
    }
}
