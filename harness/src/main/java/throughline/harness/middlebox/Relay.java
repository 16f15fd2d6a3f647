package throughline.harness.middlebox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * A transparent proxy that leaves TLS alone: it reads the server name in the client's hello, connects where that name leads,
 * and passes every byte as it came. The client does not know of it; its resolver or its route leads here. What has no
 * readable hello, no server name or no route is closed without an answer.
 */
public final class Relay implements Middlebox {
    private final Entrance entrance;
    private final Routes routes;

    private Relay(Routes routes, Duration patience) {
        this.routes = routes;
        this.entrance = Entrance.open(MiddleboxKind.RELAY, patience, this::carry);
    }

    /** Listens from now on. A hello has to be complete within 10 seconds. */
    public static Relay open(Routes routes) {
        return open(routes, Entrance.PATIENCE);
    }

    static Relay open(Routes routes, Duration patience) {
        return new Relay(routes, patience);
    }

    @Override
    public MiddleboxKind kind() {
        return MiddleboxKind.RELAY;
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
        CountedSocket client = crossing.client();
        client.limitReading(crossing.patience());
        Destination target = new Destination(OpeningHello.serverName(client), client.getLocalPort());
        crossing.target(target);
        CountedSocket replica = crossing.dialBy(routes, target);
        crossing.treat(Treatment.PASSED);
        Pipe.bothWays(crossing, replica);
    }
}
