package throughline.identity.revocation;

import java.time.Instant;
import java.util.Optional;
import throughline.identity.revocation.RevocationStatus.State;

/**
 * What one source says of one certificate.
 *
 * @param inForceUntil the answer's nextUpdate; empty if it has none, and if it cannot be believed
 * @param predicate what follows the source's name in a sentence
 */
record Judgement(State state, Optional<Instant> revokedAt, Optional<Instant> inForceUntil, String predicate) {
    static Judgement good(Optional<Instant> inForceUntil, String predicate) {
        return new Judgement(State.GOOD, Optional.empty(), inForceUntil, predicate);
    }

    static Judgement revoked(Instant since, Optional<Instant> inForceUntil, String predicate) {
        return new Judgement(State.REVOKED, Optional.of(since), inForceUntil, predicate);
    }

    static Judgement unknown(String predicate) {
        return new Judgement(State.UNKNOWN, Optional.empty(), Optional.empty(), predicate);
    }

    boolean settled() {
        return state != State.UNKNOWN;
    }
}
