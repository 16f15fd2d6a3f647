package throughline.primary;

import java.util.HashMap;
import java.util.Map;
import throughline.identity.CredentialsInForce;
import throughline.identity.UnusableIdentityException;

/**
 * One {@link ReplicaConnection} for the credentials in force. An earlier one, with the connections it keeps and the
 * sessions it could resume, is closed when its last attempt has ended.
 */
final class ReplicaConnections implements AutoCloseable {
    private final CredentialsInForce<ReplicaConnection> inForce;

    /** How many attempts are at each; the latest is here even with none. */
    private final Map<ReplicaConnection, Integer> attempts = new HashMap<>();

    private boolean closed;

    private ReplicaConnections(ClientSettings settings) throws UnusableIdentityException {
        this.inForce = new CredentialsInForce<>(
                settings.credentials(),
                credentials -> new ReplicaConnection(settings, credentials),
                settings.credentialsListener());
        attempts.put(inForce.inForce(), 0);
    }

    /** @throws IllegalArgumentException if there are no credentials to start with */
    static ReplicaConnections of(ClientSettings settings) {
        try {
            return new ReplicaConnections(settings);
        } catch (UnusableIdentityException unusable) {
            throw new IllegalArgumentException(unusable.getMessage(), unusable);
        }
    }

    /** For one attempt, which gives it back. */
    ReplicaConnection take() {
        inForce.look();
        synchronized (this) {
            // Not the one that was found above: by now it may be an earlier one, and closed.
            ReplicaConnection current = inForce.inForce();
            if (closed) {
                current.close();
                throw new IllegalStateException("this client is closed; open another one");
            }
            attempts.merge(current, 1, Integer::sum);
            closeEarlier();
            return current;
        }
    }

    synchronized void giveBack(ReplicaConnection connection) {
        attempts.merge(connection, -1, Integer::sum);
        closeEarlier();
    }

    @Override
    public synchronized void close() {
        closed = true;
        attempts.keySet().forEach(ReplicaConnection::close);
        inForce.inForce().close();
    }

    private void closeEarlier() {
        ReplicaConnection latest = inForce.inForce();
        attempts.entrySet().removeIf(entry -> {
            boolean done = entry.getValue() == 0 && !entry.getKey().equals(latest);
            if (done) {
                entry.getKey().close();
            }
            return done;
        });
    }
}
