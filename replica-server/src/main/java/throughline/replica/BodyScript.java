package throughline.replica;

import java.io.IOException;
import java.util.Optional;
import throughline.replica.ReplicaBehaviour.InTheBody;

/** Stops the reading of a body where a script says so. */
final class BodyScript {
    private static final BodyScript NONE = new BodyScript(Optional.empty());

    private final Optional<InTheBody> behaviour;

    private BodyScript(Optional<InTheBody> behaviour) {
        this.behaviour = behaviour;
    }

    static BodyScript none() {
        return NONE;
    }

    static BodyScript of(InTheBody behaviour) {
        return new BodyScript(Optional.of(behaviour));
    }

    /** The place where the behaviour is to happen. Passes through whoever reads the body. */
    static final class Reached extends IOException {
        private static final long serialVersionUID = 1;

        private Reached() {
            super("the script says to stop here");
        }
    }

    /** How many bytes may be read after so many, at least 1. */
    long mayRead(long received) throws Reached {
        if (behaviour.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long left = behaviour.get().bytes() - received;
        if (left <= 0) {
            throw new Reached();
        }
        return left;
    }
}
