package throughline.primary.dial;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One connection's turn to send a pair of which nobody knows yet whether the proxy accepts it. Others wait for what comes of it:
 * with as many connections as there are wrong answers to an account, one mistake would lock it.
 */
final class Trial implements AutoCloseable {
    private static final long LOOK_MILLISECONDS = 50;

    private final Semaphore turn;
    private boolean over;

    private Trial(Semaphore turn) {
        this.turn = turn;
    }

    /** For what needs no turn. */
    static Trial unneeded() {
        Trial none = new Trial(new Semaphore(0));
        none.over = true;
        return none;
    }

    /**
     * Waits for the turn, to be given back by {@link #close}.
     *
     * @param decided whether the others have found out meanwhile
     * @param givenUp whether nobody waits for this connection any more
     */
    static Trial begin(Semaphore turn, Deadline deadline, BooleanSupplier decided, BooleanSupplier givenUp)
            throws IOException {
        try {
            while (!turn.tryAcquire(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                if (givenUp.getAsBoolean()) {
                    throw new InterruptedIOException("closed while another connection tried the same credentials");
                }
                if (decided.getAsBoolean()) {
                    return unneeded();
                }
                // Throws when the time is over.
                deadline.millisecondsLeft();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another connection tried the same credentials");
        }
        return new Trial(turn);
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            turn.release();
        }
    }
}
