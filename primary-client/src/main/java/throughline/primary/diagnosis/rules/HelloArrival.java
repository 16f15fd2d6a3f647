package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /**
     * Whether "not received" is the usual explanation of what was observed. Where a client certificate was asked for and
     * the connection then ended, it is that another node of the replica was asked.
     */
    boolean outweighs(ConnectionCase connection) {
        return fromInside || ClientCertificateEnding.of(connection).isEmpty();
    }

    private static Optional<HelloArrival> beside(ConnectionCase connection, HelloSent sent) {
        List<AccountGiven> accounts = connection
                .all(AccountGiven.class)
                .filter(account -> account.random().equals(sent.random()))
                .toList();
        Optional<AccountGiven> seen =
                accounts.stream().filter(account -> account.seen().isPresent()).findFirst();
        return seen.map(account -> new HelloArrival(true, false, account))
                .or(() -> accounts.stream()
                        .filter(account -> counts(connection, sent, account))
                        .findFirst()
                        .map(account -> new HelloArrival(false, false, account)));
    }

    /** Silence counts only of a replica that was looking before we sent, and is the only one we have met. */
    private static boolean counts(ConnectionCase connection, HelloSent sent, AccountGiven account) {
        return !account.bootId().isBlank()
                && connection.bootIds().equals(Set.of(account.bootId()))
                && account.coveredSince().isBefore(connection.startedAt().plus(sent.after()));
    }
}
