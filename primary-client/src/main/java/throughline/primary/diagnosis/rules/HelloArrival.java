package throughline.primary.diagnosis.rules;

import java.util.Optional;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.primary.evidence.TlsEvidence.HelloSent;

/**
 * Whether the hello we sent is the one the replica received. Said from inside the session it is certain; from beside it,
 * "not received" may also mean another node, or a log that began later: then nothing is concluded.
 */
record HelloArrival(boolean arrived, boolean fromInside, Evidence evidence) {

    /** Absent where nobody who could tell was looking. */
    static Optional<HelloArrival> of(ConnectionCase connection) {
        return connection.hello().flatMap(sent -> inside(connection, sent).or(() -> beside(connection, sent)));
    }

    private static Optional<HelloArrival> inside(ConnectionCase connection, HelloSent sent) {
        return connection
                .last(ViewReceived.class)
                .filter(ViewReceived::signerTrusted)
                .flatMap(received -> received.view()
                        .connection()
                        .hello()
                        .map(hello -> new HelloArrival(hello.random().equals(sent.random()), true, received)));
    }

    private static Optional<HelloArrival> beside(ConnectionCase connection, HelloSent sent) {
        return connection
                .all(AccountGiven.class)
                .filter(account -> account.random().equals(sent.random()))
                .filter(account -> account.seen().isPresent()
                        || account.coveredSince()
                                .isBefore(connection.startedAt().plus(sent.after())))
                .map(account -> new HelloArrival(account.seen().isPresent(), false, account))
                .reduce((earlier, later) -> later);
    }
}
