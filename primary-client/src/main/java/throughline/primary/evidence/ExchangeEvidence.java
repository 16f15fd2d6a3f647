package throughline.primary.evidence;

import java.time.Duration;
import java.util.Map;

/** Requests and answers inside TLS. All from {@link Witness#CALL_EVENTS}. */
public sealed interface ExchangeEvidence extends Evidence {

    @Override
    default Witness witness() {
        return Witness.CALL_EVENTS;
    }

    /** What a request was for; decides the phase that its failure belongs to. */
    enum Exchange {
        ANNOUNCE(Phase.FIRST_ANSWER),
        STATE(Phase.TRANSFER),
        DECLARE(Phase.TRANSFER),
        DIGESTS(Phase.TRANSFER),
        SLICE(Phase.TRANSFER),
        COMMIT(Phase.RECEIPT);

        private final Phase phase;

        Exchange(Phase phase) {
            this.phase = phase;
        }

        public Phase phase() {
            return phase;
        }

        String label() {
            return switch (this) {
                case ANNOUNCE -> "the announcement";
                case STATE -> "the question for what the replica holds";
                case DECLARE -> "the declaration of the machine";
                case DIGESTS -> "the question for digests";
                case SLICE -> "a slice of the change set";
                case COMMIT -> "the commit of the change set";
            };
        }
    }

    /**
     * An HTTP answer arrived.
     *
     * @param fromReplica whether it has one of the replica's media types; whatever has not was written by something else
     * @param headers from the allow-list of harmless names only, lower case
     * @param body at most 4 KiB, control characters removed; always empty for the replica's own answers
     */
    record Answered(
            int connection,
            Duration after,
            Exchange exchange,
            int status,
            boolean fromReplica,
            Map<String, String> headers,
            String body,
            Duration took)
            implements ExchangeEvidence {
        @Override
        public Phase phase() {
            return exchange.phase();
        }

        @Override
        public String text() {
            return exchange.label() + " was answered with " + status + " by "
                    + (fromReplica ? "the replica" : "something that is not the replica") + " in " + took.toMillis()
                    + " ms";
        }

        @Override
        public boolean adverse() {
            return !fromReplica;
        }
    }

    /** No answer: the connection broke, or the time limit ran out. */
    record ExchangeFailed(int connection, Duration after, Exchange exchange, Failure failure, Duration took)
            implements ExchangeEvidence {
        @Override
        public Phase phase() {
            return exchange.phase();
        }

        @Override
        public String text() {
            return exchange.label() + " got no answer in " + took.toMillis() + " ms: " + failure.text();
        }

        @Override
        public boolean adverse() {
            return true;
        }
    }

    /**
     * The replica refused (RFC 9457).
     *
     * @param reason its code from the protocol's closed list
     */
    record Refused(int connection, Duration after, Exchange exchange, String reason, String detail)
            implements ExchangeEvidence {
        @Override
        public Phase phase() {
            return exchange.phase();
        }

        @Override
        public String text() {
            return "the replica refused " + exchange.label() + ", " + reason + ": " + detail;
        }

        @Override
        public boolean adverse() {
            return true;
        }
    }

    /** The replica's receipt for a change set: applied and forced. */
    record ReceiptReceived(int connection, Duration after, String changeSet, long bytes, String digest)
            implements ExchangeEvidence {
        @Override
        public Phase phase() {
            return Phase.RECEIPT;
        }

        @Override
        public String text() {
            return "receipt for " + changeSet + ", " + bytes + " bytes";
        }
    }
}
