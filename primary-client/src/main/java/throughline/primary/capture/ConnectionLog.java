package throughline.primary.capture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import throughline.primary.evidence.Phase;

/**
 * What was observed of one connection itself: the way there and TLS. What attempts exchange on it stands in theirs. Used
 * from several threads.
 */
public final class ConnectionLog {
    /** A connection gives some twenty observations; a misbehaving peer must not make it more. */
    private static final int MOST = 200;

    private final List<Noted> notes = new ArrayList<>();
    private Phase reached = Phase.NAME;
    private Duration ownWork = Duration.ZERO;
    private boolean tlsStarted;
    private boolean handshakeNoted;

    record Noted(long nanoTime, Observation observation) {}

    public synchronized void note(Observation observation) {
        if (notes.size() < MOST) {
            notes.add(new Noted(System.nanoTime(), observation));
        }
    }

    /** How far TLS has come: what a failure without a name of its own is a failure of. */
    public synchronized Phase reached() {
        return reached;
    }

    public synchronized void reached(Phase phase) {
        if (phase.compareTo(reached) > 0) {
            reached = phase;
        }
    }

    /** Time that the other end waited for us during the handshake: no limit for the other end may count it. */
    synchronized void ownWork(Duration took) {
        ownWork = ownWork.plus(took);
    }

    public synchronized Duration ownWork() {
        return ownWork;
    }

    synchronized void startTls() {
        tlsStarted = true;
        reached(Phase.HELLO);
    }

    synchronized boolean tlsStarted() {
        return tlsStarted;
    }

    /** True the first time only: a connection is acquired by many calls, its handshake is noted once. */
    synchronized boolean handshakeToBeNoted() {
        boolean first = !handshakeNoted;
        handshakeNoted = true;
        return first;
    }

    synchronized List<Noted> notes() {
        return List.copyOf(notes);
    }
}
