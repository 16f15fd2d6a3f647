package throughline.replica;

import java.time.Duration;
import throughline.protocol.RefusalReason;

/** What a replica is told to do with one exchange, instead of what it should. */
public sealed interface ReplicaBehaviour {

    /**
     * Happens when the replica has taken so many bytes of the request's body and would read on. With 0 nothing of the
     * request is looked at; where the body is no longer than that, the request is served and this happens instead of the
     * answer.
     */
    sealed interface InTheBody extends ReplicaBehaviour {
        /** From 0. */
        long bytes();
    }

    /** The answer is a refusal. */
    record Refuse(long bytes, RefusalReason reason) implements InTheBody {
        public Refuse {
            requireCount(bytes);
        }
    }

    /** The connection ends, without an answer and without a close in TLS, as if it were cut on the way. */
    record Cut(long bytes) implements InTheBody {
        public Cut {
            requireCount(bytes);
        }
    }

    /** Nothing more is read or said on the exchange, until the replica is closed. */
    record Stall(long bytes) implements InTheBody {
        public Stall {
            requireCount(bytes);
        }
    }

    /**
     * Every connection ends, the port is gone, and then the replica is back at the same port, as a new start.
     *
     * @param gone for how long
     */
    record Restart(long bytes, Duration gone) implements InTheBody {
        public Restart {
            requireCount(bytes);
            requireDuration(gone);
        }
    }

    /** The request is served, and the answer waits. */
    record AnswerLate(Duration by) implements ReplicaBehaviour {
        public AnswerLate {
            requireDuration(by);
        }
    }

    /** The request is served, and the digest in the receipt, or the first of the digests asked for, is another. Other answers stay as they are. */
    record WrongDigest() implements ReplicaBehaviour {}

    /** Refuses at once. */
    static ReplicaBehaviour refuse(RefusalReason reason) {
        return new Refuse(0, reason);
    }

    /** The disk is full as soon as so many bytes of the body have come. */
    static ReplicaBehaviour storeFullAfter(long bytes) {
        return new Refuse(bytes, RefusalReason.STORE_FULL);
    }

    /** Serves the request, and cuts the connection instead of answering: what was done is done, and the primary does not know. */
    static ReplicaBehaviour cutInsteadOfAnswering() {
        return new Cut(Long.MAX_VALUE);
    }

    private static void requireCount(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(bytes + " bytes; accepted are numbers from 0 on");
        }
    }

    private static void requireDuration(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(duration + "; accepted are durations from 0 on");
        }
    }
}
