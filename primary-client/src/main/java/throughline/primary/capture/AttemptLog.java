package throughline.primary.capture;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CaseFile.Outcome;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Setup;
import throughline.primary.evidence.Witness;
import throughline.protocol.AttemptId;

/** Everything observed for one attempt, on whichever connections it used. Used from several threads. */
public final class AttemptLog {
    /** An attempt gives a dozen; a misbehaving peer must not make it more. */
    private static final int MOST_EXCHANGES = 200;

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
    private final Set<ConnectionLog> connections = new LinkedHashSet<>();
    private final IdentityHashMap<InetSocketAddress, ConnectionLog> byAddress = new IdentityHashMap<>();
    private final List<Exchanged> exchanges = new ArrayList<>();

    private record Exchanged(ConnectionLog connection, ConnectionLog.Noted noted) {}

    public AttemptLog(AttemptId attempt, Setup setup, Instant startedAt) {
        this.attempt = attempt;
        this.setup = setup;
        this.startedAt = startedAt;
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
        connections.add(connection);
        if (exchanges.size() < MOST_EXCHANGES) {
            exchanges.add(new Exchanged(connection, new ConnectionLog.Noted(System.nanoTime(), observation)));
        }
    }

    /** Says that this witness, not present by itself, has now looked. */
    public synchronized void present(Witness witness) {
        witnesses.add(witness);
    }

    /** A connection was opened for this attempt to this very address object. */
    synchronized void opened(InetSocketAddress address, ConnectionLog connection) {
        byAddress.put(address, connection);
        connections.add(connection);
    }

    /** The latest connection opened to this very address object. */
    synchronized Optional<ConnectionLog> openedTo(InetSocketAddress address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    /** The attempt uses this connection, opened for it or earlier. */
    synchronized void used(ConnectionLog connection) {
        connections.add(connection);
    }

    /** The case as far as it is known now. */
    public synchronized CaseFile caseFile(Outcome outcome) {
        List<Evidence> evidence = new ArrayList<>(placed(general.notes(), 0));
        int number = 1;
        for (ConnectionLog connection : connections) {
            evidence.addAll(placed(connection.notes(), number));
            evidence.addAll(placed(exchangesOn(connection), number));
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

    private List<ConnectionLog.Noted> exchangesOn(ConnectionLog connection) {
        return exchanges.stream()
                .filter(exchanged -> exchanged.connection() == connection)
                .map(Exchanged::noted)
                .toList();
    }

    private List<Evidence> placed(List<ConnectionLog.Noted> notes, int number) {
        return notes.stream()
                .map(noted -> noted.observation().at(number, Duration.ofNanos(noted.nanoTime() - startedNanos)))
                .toList();
    }
}
