package throughline.certs.revocation;

import java.time.Duration;
import java.time.Instant;

/** From when until when an answer is in force. It began a minute ago, because clocks differ. */
record Validity(Instant thisUpdate, Instant nextUpdate) {
    static Validity current(Instant now, Duration length) {
        return new Validity(now.minus(Duration.ofMinutes(1)), now.plus(length));
    }

    static Validity past(Instant now) {
        return new Validity(now.minus(Duration.ofDays(1)), now.minus(Duration.ofHours(1)));
    }
}
