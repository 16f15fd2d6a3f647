package throughline.harness.middlebox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import throughline.identity.Identity;

/**
 * Ends TLS in front of the replica, with a certificate of the replica's: what the replica's own operator puts there. It asks
 * clients for a certificate, as the replica would, accepts any or none, and speaks to the replica in a session of its own, in
 * the same version of HTTP. When the replica fails it answers 502.
 */
public final class LoadBalancer implements Middlebox {
    private static final String AGENT = "throughline-load-balancer";

    private final Entrance entrance;
    private final String replica;
    private final Identity shown;
    private final TlsEnds ends;

    private LoadBalancer(LoadBalancerSettings settings, Listening listening) {
        this.replica = settings.replica();
        this.shown = settings.shown();
        this.ends = new TlsEnds(
                settings.routes(),
                Optional.of(settings.replicaTrust()),
                settings.own(),
                true,
                InspectorHttp.AS_CLIENT,
                HeaderChanges.via(AGENT),
                false,
                WhenClientCertificateDemanded.ANSWER_502,
                Optional.empty(),
                Appearance.own(AGENT));
        this.entrance = Entrance.open(MiddleboxKind.LOAD_BALANCER, listening, this::carry);
    }

    /**
     * Listens from now on.
     *
     * @throws IllegalArgumentException for an adversity that no load balancer can have
     */
    public static LoadBalancer open(LoadBalancerSettings settings, Listening listening) {
        return new LoadBalancer(settings, listening);
    }

    @Override
    public MiddleboxKind kind() {
        return MiddleboxKind.LOAD_BALANCER;
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
        Destination target = target(crossing.client().getLocalPort());
        crossing.target(target);
        crossing.treat(Treatment.TERMINATED);
        ClientSession client = ClientSession.open(crossing, shown, ends);
        new Inspection(crossing, ends, target, client).run();
    }

    /** Clients dial the box, which is no port of the replica's; that one is wherever the route leads. */
    private Destination target(int dialled) {
        return new Destination(
                replica,
                ends.routes()
                        .lookup(replica, dialled)
                        .map(InetSocketAddress::getPort)
                        .orElse(dialled));
    }
}
