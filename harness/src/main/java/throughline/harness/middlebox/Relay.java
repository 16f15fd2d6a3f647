package throughline.harness.middlebox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A transparent proxy that leaves TLS alone: it reads the server name in the client's hello, connects where that name leads,
 * and passes every byte as it came. The client does not know of it; its resolver or its route leads here. What has no
 * readable hello, no server name or no route is closed without an answer. With a fixed target it reads nothing.
 */
public final class Relay implements Middlebox {
    private final Entrance entrance;
    private final RelaySettings settings;

    private Relay(RelaySettings settings, Listening listening) {
        this.settings = settings;
        this.entrance = Entrance.open(MiddleboxKind.RELAY, listening, this::carry);
    }

    /** By server name, on loopback, from now on. A hello has to be complete within 10 seconds. */
    public static Relay open(Routes routes) {
        return open(RelaySettings.byServerName(routes), Listening.onLoopback());
    }

    static Relay open(Routes routes, Duration patience) {
        return open(RelaySettings.byServerName(routes), Listening.onLoopback().patience(patience));
    }

    /**
     * Listens from now on.
     *
     * @throws IllegalArgumentException for an adversity that no relay can have
     */
    public static Relay open(RelaySettings settings, Listening listening) {
        return new Relay(settings, listening);
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
        Optional<Adversity.AnswerPage> page = crossing.adversity(Adversity.AnswerPage.class);
        Destination destination = destination(client);
        crossing.target(destination);
        if (page.isPresent()) {
            OwnAnswer.send(page.get(), crossing);
            return;
        }
        CountedSocket replica = crossing.dialBy(settings.routes(), destination);
        if (settings.proxyProtocol().isPresent()) {
            replica.getOutputStream()
                    .write(settings.proxyProtocol().get().header(crossing.clientAddress(), ownAddress(client)));
        }
        crossing.pass(replica);
    }

    private Destination destination(CountedSocket client) throws IOException {
        Optional<InetSocketAddress> fixed = settings.target();
        return fixed.isPresent()
                ? new Destination(fixed.get().getHostString(), fixed.get().getPort())
                : OpeningHello.destination(client);
    }

    private static InetSocketAddress ownAddress(CountedSocket client) {
        return (InetSocketAddress) client.getLocalSocketAddress();
    }
}
