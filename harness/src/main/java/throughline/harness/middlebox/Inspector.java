package throughline.harness.middlebox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import throughline.identity.Identity;

/**
 * An inspecting proxy: it shows the client a certificate of its own making for the name asked for, ends the client's TLS
 * session, reads its HTTP/1.1 requests, and sends them on in a session of its own with the replica, for which it has no client
 * certificate. Asked with CONNECT it says 200 before it has reached anybody. When the replica fails, the client is told with
 * {@code 502 Proxy Error} inside its session, except that a demand for a client certificate may be met with silence.
 *
 * <p>Exempt hosts are passed untouched, as a {@link Tunnel} or a {@link Relay} would.
 */
public final class Inspector implements Middlebox {
    private final Entrance entrance;
    private final InspectorSettings settings;

    private Inspector(InspectorSettings settings, Duration patience) {
        this.settings = settings;
        this.entrance = Entrance.open(MiddleboxKind.INSPECTOR, patience, this::carry);
    }

    /** Listens from now on. Each step before the first request has to be done within 10 seconds. */
    public static Inspector open(InspectorSettings settings) {
        return open(settings, Entrance.PATIENCE);
    }

    static Inspector open(InspectorSettings settings, Duration patience) {
        return new Inspector(settings, patience);
    }

    @Override
    public MiddleboxKind kind() {
        return MiddleboxKind.INSPECTOR;
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
        switch (settings.mode()) {
            case EXPLICIT -> carryAsked(crossing);
            case TRANSPARENT -> carryUnasked(crossing);
        }
    }

    private void carryAsked(Crossing crossing) throws IOException {
        ConnectFront front = new ConnectFront(crossing, Inspection.AGENT);
        Optional<ConnectFront.Request> request = front.read();
        if (request.isEmpty()) {
            return;
        }
        Destination target = request.get().target();
        if (!settings.exempts(target.host())) {
            front.agree();
            inspect(crossing, target);
            return;
        }
        Optional<CountedSocket> replica = front.dial(settings.routes(), target);
        if (replica.isPresent()) {
            front.agree();
            crossing.treat(Treatment.PASSED);
            Pipe.bothWays(crossing, replica.get());
        }
    }

    private void carryUnasked(Crossing crossing) throws IOException {
        CountedSocket client = crossing.client();
        client.limitReading(crossing.patience());
        Destination target = new Destination(OpeningHello.serverName(client), client.getLocalPort());
        crossing.target(target);
        if (!settings.exempts(target.host())) {
            inspect(crossing, target);
            return;
        }
        CountedSocket replica = crossing.dialBy(settings.routes(), target);
        crossing.treat(Treatment.PASSED);
        Pipe.bothWays(crossing, replica);
    }

    private void inspect(Crossing crossing, Destination target) throws IOException {
        crossing.treat(Treatment.TERMINATED);
        ClientSession client = ClientSession.open(crossing, leaf(target.host()));
        new Inspection(crossing, settings, target, client).run();
    }

    /** Minted anew each time, so that it is valid however long the box has been open. */
    private Identity leaf(String host) throws IOException {
        try {
            return settings.authority().leafFor(host);
        } catch (IllegalArgumentException notAName) {
            throw new IOException("no certificate can be minted: " + notAName.getMessage(), notAName);
        }
    }
}
