package throughline.primary.replication;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often, and after how long, a cycle tries again what {@link Retryable} says that time can mend.
 *
 * @param most attempts after the first in a row without anything arriving in between; 0 for none
 * @param first wait before the first of them, doubled for each further one
 * @param longest wait
 */
public record RetryPolicy(int most, Duration first, Duration longest) {
    public RetryPolicy {
        if (most < 0 || first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(most + " retries after " + first + " to " + longest
                    + "; accepted are numbers from 0 on, and a longest wait that is not shorter than the first");
        }
    }

    /** Ten, after 1 second and at most 1 minute: about six minutes in all. */
    public static RetryPolicy defaults() {
        return new RetryPolicy(10, Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    public static RetryPolicy none() {
        return new RetryPolicy(0, Duration.ZERO, Duration.ZERO);
    }

    /**
     * How long to wait before a retry: between half of its time and all of it, so that a thousand primaries that were cut at
     * once do not come back at once.
     *
     * @param retry from 1
     */
    public Duration before(int retry, RandomGenerator random) {
        double doubled = first.toNanos() * Math.pow(2, retry - 1.0);
        double whole = Math.min(doubled, (double) longest.toNanos());
        return Duration.ofNanos((long) (whole * (0.5 + random.nextDouble() / 2)));
    }
}
