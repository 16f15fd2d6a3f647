package throughline.harness.middlebox;

import java.util.EnumSet;
import java.util.Set;

/** What a box's passages say besides the client's end and the treatment. An imitated box says all of it. */
public enum Told {
    /** Passages that have not ended. */
    OPEN,
    TARGET,
    UPSTREAM_PORTS,
    /** The bytes on the client's side, as {@link Passage} counts them. */
    CLIENT_BYTES,
    /** The bytes on the replica's side, as {@link Passage} counts them. */
    REPLICA_BYTES;

    public static Set<Told> all() {
        return EnumSet.allOf(Told.class);
    }
}
