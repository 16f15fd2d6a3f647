package throughline.primary.capture;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Knows which socket belongs to which connection, and which connection to which attempt. One per client, because the
 * client's pooled connections serve several attempts.
 *
 * <p>OkHttp passes the same address object to {@code connectStart} and to the socket, and JSSE passes the SSLSocket to key
 * and trust manager: by these two identities everything is joined, not by thread, which differs with fast fallback.
 */
public final class Watch {
    /** The name check is passed no socket, but runs on the thread that has just made the handshake. */
    private static final ThreadLocal<@Nullable ConnectionLog> HANDSHAKING = new ThreadLocal<>();

    private final Map<InetSocketAddress, AttemptLog> expected = Collections.synchronizedMap(new IdentityHashMap<>());
    private final Map<Socket, ConnectionLog> bySocket = Collections.synchronizedMap(new WeakHashMap<>());

    private volatile boolean givenUp;

    /** From now on what fails, fails because the client was closed. */
    public void giveUp() {
        givenUp = true;
    }

    public boolean givenUp() {
        return givenUp;
    }

    /** An attempt is about to connect a socket to this address object. */
    void expect(InetSocketAddress address, AttemptLog attempt) {
        expected.put(address, attempt);
    }

    /** The socket for this address object is being connected, maybe by another way than before: begins a log. */
    public ConnectionLog opened(InetSocketAddress address) {
        ConnectionLog connection = new ConnectionLog();
        AttemptLog attempt = expected.get(address);
        if (attempt != null) {
            attempt.opened(address, connection);
        }
        return connection;
    }

    /** TLS is about to be spoken over a connection; OkHttp handshakes and checks the name on the same thread. */
    void startTls(SSLSocket socket, ConnectionLog connection) {
        bySocket.put(socket, connection);
        HANDSHAKING.set(connection);
        connection.startTls();
    }

    Optional<ConnectionLog> of(@Nullable Socket socket) {
        return Optional.ofNullable(socket).map(bySocket::get);
    }

    /** The connection whose handshake was begun last on this thread. */
    Optional<ConnectionLog> handshakingHere() {
        return Optional.ofNullable(HANDSHAKING.get());
    }

    /** Forgets what an attempt announced and never did. */
    public void finished(AttemptLog attempt) {
        expected.values().removeIf(waiting -> waiting == attempt);
        HANDSHAKING.remove();
    }
}
