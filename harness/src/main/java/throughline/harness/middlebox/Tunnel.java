package throughline.harness.middlebox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A forward proxy that answers CONNECT (RFC 9110, 9.3.6) and then passes bytes. It says 200 only after it has reached the
 * replica. A host it denies gets 403, missing or wrong credentials 407 on a connection that stays open, and both a name that
 * leads nowhere and a replica that cannot be reached get 502; other methods get 405.
 */
public final class Tunnel implements Middlebox {
    private static final String AGENT = "throughline-tunnel";

    /** After so many requests on one connection a client will not find the password any more. */
    private static final int MOST_REQUESTS = 8;

    private final Entrance entrance;
    private final TunnelSettings settings;

    private Tunnel(TunnelSettings settings, Duration patience) {
        this.settings = settings;
        this.entrance = Entrance.open(MiddleboxKind.TUNNEL, patience, this::carry);
    }

    /** Listens from now on. A request's head has to be complete within 10 seconds, and the replica to be reached within 10 more. */
    public static Tunnel open(TunnelSettings settings) {
        return open(settings, Entrance.PATIENCE);
    }

    static Tunnel open(TunnelSettings settings, Duration patience) {
        return new Tunnel(settings, patience);
    }

    @Override
    public MiddleboxKind kind() {
        return MiddleboxKind.TUNNEL;
    }

    @Override
    public InetSocketAddress address() {
        return entrance.address();
    }

    @Override
    public List<Passage> passages() {
        return entrance.passages();
    }

    @Override
    public void close() {
        entrance.close();
    }

    private void carry(Crossing crossing) throws IOException {
        ConnectFront front = new ConnectFront(crossing, AGENT);
        for (int requests = 0; requests < MOST_REQUESTS; requests++) {
            Optional<ConnectFront.Request> request = front.read();
            if (request.isEmpty()) {
                return;
            }
            Optional<String> complaint = complaint(request.get().head());
            if (complaint.isEmpty()) {
                connect(front, crossing, request.get().target());
                return;
            }
            front.askForCredentials(complaint.get());
        }
        throw new IOException(MOST_REQUESTS + " requests without the right credentials");
    }

    private Optional<String> complaint(HttpHead head) {
        if (settings.credentials().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> presented = head.first("Proxy-Authorization");
        if (presented.isEmpty()) {
            return Optional.of("This proxy wants credentials, and the request has none.");
        }
        return settings.credentials().get().matches(presented.get())
                ? Optional.empty()
                : Optional.of("This proxy does not know these credentials.");
    }

    private void connect(ConnectFront front, Crossing crossing, Destination target) throws IOException {
        if (settings.denies(target.host())) {
            front.refuse(OwnAnswer.of(403, "This proxy may not connect to " + target.host() + "."));
            return;
        }
        Optional<CountedSocket> replica = front.dial(settings.routes(), target);
        if (replica.isPresent()) {
            front.agree();
            crossing.treat(Treatment.PASSED);
            Pipe.bothWays(crossing, replica.get());
        }
    }
}
