package throughline.primary.dial;

import java.time.Duration;

/**
 * How long each step may take. Each is more than zero; which one ran out is in the evidence.
 *
 * @param resolve one name
 * @param connect one TCP connection
 * @param tunnelAnswer the proxy's answer to CONNECT, all attempts at authentication included
 * @param tls a TLS handshake, from the moment the way to the other end is open
 * @param firstAnswer the answer to the announcement, and to it only: it is small, so silence is not work under way
 * @param idle no byte moving in either direction during a transfer, or while waiting for a receipt
 */
public record TimeLimits(
        Duration resolve, Duration connect, Duration tunnelAnswer, Duration tls, Duration firstAnswer, Duration idle) {

    public TimeLimits {
        for (Duration limit : new Duration[] {resolve, connect, tunnelAnswer, tls, firstAnswer, idle}) {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("a time limit of " + limit + "; accepted is more than zero");
            }
        }
    }

    /** Resolve and connect 10 s, CONNECT 30 s, TLS 10 s, first answer 15 s, idle 2 min. */
    public static TimeLimits defaults() {
        return new TimeLimits(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                Duration.ofMinutes(2));
    }

    /** The same limits with another one for the first answer. */
    public TimeLimits withFirstAnswer(Duration limit) {
        return new TimeLimits(resolve, connect, tunnelAnswer, tls, limit, idle);
    }
}
