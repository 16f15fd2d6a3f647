package throughline.replica;

import java.util.Optional;
import java.util.OptionalLong;
import throughline.protocol.AttemptId;
import throughline.protocol.RefusalReason;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.MachineName;

/**
 * One request that a replica received, and what became of it.
 *
 * @param kind by path and method
 * @param machine that the path names
 * @param changeSet that the path names
 * @param slice its number, where the path names one
 * @param attempt absent when the header was missing or no UUID
 * @param bytes of the body that were taken; what arrived behind a refusal does not count
 * @param end how it ended
 * @param refusal the reason, where it was refused for one, also when nobody heard it
 */
public record ReceivedExchange(
        ExchangeKind kind,
        Optional<MachineName> machine,
        Optional<ChangeSetId> changeSet,
        OptionalLong slice,
        Optional<AttemptId> attempt,
        long bytes,
        End end,
        Optional<RefusalReason> refusal) {

    /** How an exchange ended. */
    public enum End {
        /** With what was asked for. */
        ANSWERED,
        /** With a refusal. */
        REFUSED,
        /** Without an answer: the client, the connection or the whole replica went first. */
        BROKEN_OFF,
        /** As the script said, without an answer. */
        CUT,
        /** As the script said; the exchange hangs from then on. */
        STALLED,
        /** As the script said, without an answer. */
        RESTARTED
    }
}
