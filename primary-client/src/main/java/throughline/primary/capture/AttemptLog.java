package throughline.primary.capture;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CaseFile.Outcome;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.Setup;
import throughline.primary.evidence.Witness;
import throughline.protocol.AttemptId;

/** Everything observed for one attempt, on whichever connections it used. Used from several threads. */
public final class AttemptLog {
    /** Of what is exchanged on a connection, the first tell who answers there and the last how it ended. */
    private static final int FIRST_EXCHANGES = 20;

    private static final int LAST_EXCHANGES = 40;

    /** Likewise of the connections, of which a transfer over HTTP/1.1 may use a new one for each slice. */
    private static final int FIRST_CONNECTIONS = 4;

    private static final int LAST_CONNECTIONS = 60;

    private static final int OK = 200;

    private final AttemptId attempt;
    private final Setup setup;
    private final Instant startedAt;
    private final long startedNanos = System.nanoTime();
    private final Set<Witness> witnesses = EnumSet.of(
            Witness.DIALER,
            Witness.SOCKET_TAP,
            Witness.TRUST_MANAGER,
            Witness.NAME_CHECK,
            Witness.KEY_MANAGER,
            Witness.CALL_EVENTS);
    private final ConnectionLog general = new ConnectionLog();
    private final Map<ConnectionLog, List<ConnectionLog.Noted>> exchanges = new LinkedHashMap<>();
    private final IdentityHashMap<InetSocketAddress, ConnectionLog> byAddress = new IdentityHashMap<>();
    private Optional<Accepted> accepted = Optional.empty();

    /** An answer of the replica to what we asked for, and where. */
    private record Accepted(ConnectionLog connection, ConnectionLog.Noted answer) {}

    public AttemptLog(AttemptId attempt, Setup setup, Instant startedAt) {
        this.attempt = attempt;
        this.setup = setup;
        this.startedAt = startedAt;
    }

    /**
     * For trying again what this attempt failed at. It knows one connection of the earlier one, on which the replica answered:
     * that it has accepted us there is part of the story.
     */
    public synchronized AttemptLog again(Instant now) {
        AttemptLog next = new AttemptLog(attempt, setup, now);
        next.accepted = accepted;
        accepted.ifPresent(
                answered -> next.exchanges.put(answered.connection(), new ArrayList<>(List.of(answered.answer()))));
        return next;
    }

    public AttemptId attempt() {
        return attempt;
    }

    /** Notes what belongs to no connection. */
    public void note(Observation observation) {
        general.note(observation);
    }

    /**
     * Notes what this attempt exchanged on a connection. The connection's own log is shared by all attempts that use it:
     * its handshake concerns them all, an answer to one of them does not.
     */
    public synchronized void note(ConnectionLog connection, Observation observation) {
        used(connection);
        ConnectionLog.Noted noted = new ConnectionLog.Noted(System.nanoTime(), observation);
        List<ConnectionLog.Noted> notes = Objects.requireNonNull(exchanges.get(connection));
        if (notes.size() == FIRST_EXCHANGES + LAST_EXCHANGES) {
            notes.remove(FIRST_EXCHANGES);
        }
        notes.add(noted);
        if (observation.at(1, Duration.ZERO) instanceof Answered answered
                && answered.fromReplica()
                && answered.status() == OK) {
            accepted = Optional.of(new Accepted(connection, noted));
        }
    }

    /** Says that this witness, not present by itself, has now looked. */
    public synchronized void present(Witness witness) {
        witnesses.add(witness);
    }

    /** A connection was opened for this attempt to this very address object. */
    synchronized void opened(InetSocketAddress address, ConnectionLog connection) {
        byAddress.put(address, connection);
        used(connection);
    }

    /** The latest connection opened to this very address object. */
    synchronized Optional<ConnectionLog> openedTo(InetSocketAddress address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    /** The attempt uses this connection, opened for it or earlier. */
    synchronized void used(ConnectionLog connection) {
        exchanges.computeIfAbsent(connection, fresh -> new ArrayList<>());
        if (exchanges.size() > FIRST_CONNECTIONS + LAST_CONNECTIONS) {
            exchanges.keySet().stream().skip(FIRST_CONNECTIONS).findFirst().ifPresent(this::forget);
        }
    }

    /** The case as far as it is known now. */
    public synchronized CaseFile caseFile(Outcome outcome) {
        List<Evidence> evidence = new ArrayList<>(placed(general.notes(), 0));
        int number = 1;
        for (Map.Entry<ConnectionLog, List<ConnectionLog.Noted>> connection : exchanges.entrySet()) {
            evidence.addAll(placed(connection.getKey().notes(), number));
            evidence.addAll(placed(connection.getValue(), number));
            number++;
        }
        evidence.sort(Comparator.comparing(Evidence::after));
        return new CaseFile(
                CaseFile.SCHEMA,
                attempt.toString(),
                startedAt,
                Duration.ofNanos(System.nanoTime() - startedNanos),
                outcome,
                setup,
                witnesses,
                evidence);
    }

    private void forget(ConnectionLog connection) {
        exchanges.remove(connection);
        byAddress.values().removeIf(opened -> opened == connection);
    }

    private List<Evidence> placed(List<ConnectionLog.Noted> notes, int number) {
        return notes.stream()
                .map(noted -> noted.observation().at(number, Duration.ofNanos(noted.nanoTime() - startedNanos)))
                .toList();
    }
}
