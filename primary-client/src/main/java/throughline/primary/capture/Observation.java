package throughline.primary.capture;

import java.time.Duration;
import throughline.primary.evidence.Evidence;

/**
 * Evidence that does not yet know its place: a connection outlives attempts, and each attempt numbers its own connections
 * and counts time from its own beginning.
 */
@FunctionalInterface
public interface Observation {
    Evidence at(int connection, Duration after);
}
