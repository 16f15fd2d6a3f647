package throughline.harness.face;

import static throughline.harness.face.Fault.BOX_UNTRUSTED;
import static throughline.harness.face.Fault.CLIENT_WITHOUT_CERTIFICATE;
import static throughline.harness.face.Fault.DENIED;
import static throughline.harness.face.Fault.LOGIN_MISSING;
import static throughline.harness.face.Fault.LOGIN_WRONG;
import static throughline.harness.face.Fault.NAME_UNKNOWN;
import static throughline.harness.face.Fault.NONE;
import static throughline.harness.face.Fault.REPLICA_DOWN;
import static throughline.harness.face.Fault.REPLICA_UNTRUSTED;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import throughline.harness.middlebox.AccessList;
import throughline.harness.middlebox.Inspector;
import throughline.harness.middlebox.InspectorMode;
import throughline.harness.middlebox.InspectorSettings;
import throughline.harness.middlebox.Listening;
import throughline.harness.middlebox.LoadBalancer;
import throughline.harness.middlebox.LoadBalancerSettings;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.ProxyAccount;
import throughline.harness.middlebox.Relay;
import throughline.harness.middlebox.RelaySettings;
import throughline.harness.middlebox.Routes;
import throughline.harness.middlebox.SocksSettings;
import throughline.harness.middlebox.SocksTunnel;
import throughline.harness.middlebox.Tunnel;
import throughline.harness.middlebox.TunnelSettings;
import throughline.harness.middlebox.persona.Personas;
import throughline.identity.Identity;

/** Which imitation stands for which product in which situations. */
final class Imitations {
    private static final ProxyAccount SOMEBODY = new ProxyAccount("primary", "s3cret");

    private Imitations() {}

    /** The path to a replica, as a box is told of it. */
    record Path(FaceLaboratory laboratory, InetSocketAddress replica, Fault fault) {
        Routes routes() {
            return fault == NAME_UNKNOWN ? Routes.of(Map.of()) : Routes.to(FaceLaboratory.HOST, replica);
        }

        Identity own() {
            return laboratory.ownOfBox();
        }
    }

    /**
     * One comparison.
     *
     * @param imitation its name, and how it is set
     * @param product without its version
     */
    record Twin(
            String imitation,
            Function<Path, Middlebox> box,
            String product,
            String mode,
            ReplicaManner replica,
            String tls,
            Fault fault) {
        String situation() {
            return String.join(" ", product, mode, replica.word(), tls, fault.word());
        }

        @Override
        public String toString() {
            return imitation + " as " + situation();
        }
    }

    static List<Twin> all() {
        List<Twin> twins = new ArrayList<>();
        tunnels(twins);
        relays(twins);
        inspectors(twins);
        loadBalancers(twins);
        return List.copyOf(twins);
    }

    private static void tunnels(List<Twin> twins) {
        Pair squid = new Pair("tunnel", Imitations::tunnel, "squid", "plain", twins);
        squid.everywhere(NONE).everywhere(CLIENT_WITHOUT_CERTIFICATE).unreached(REPLICA_DOWN, NAME_UNKNOWN, DENIED);
        new Pair("tunnel", Imitations::tunnel, "squid", "basic", twins).unreached(LOGIN_MISSING, LOGIN_WRONG);
        new Pair("tunnel", Imitations::tunnel, "tinyproxy", "plain", twins)
                .everywhere(NONE)
                .everywhere(CLIENT_WITHOUT_CERTIFICATE)
                .unreached(REPLICA_DOWN, NAME_UNKNOWN, DENIED, LOGIN_MISSING);
        new Pair("socks", Imitations::socks, "dante", "socks", twins)
                .everywhere(NONE)
                .everywhere(CLIENT_WITHOUT_CERTIFICATE)
                .unreached(REPLICA_DOWN, NAME_UNKNOWN, DENIED, LOGIN_MISSING);
    }

    private static void relays(List<Twin> twins) {
        new Pair("relay", path -> relay(RelaySettings.to(path.replica())), "haproxy", "tcp", twins)
                .with("aborts", "TLSv1.3", NONE);
        for (String product : List.of("haproxy", "nginx")) {
            new Pair("relay by SNI", Imitations::relayByName, product, "sni", twins)
                    .everywhere(NONE)
                    .everywhere(CLIENT_WITHOUT_CERTIFICATE)
                    .unreached(REPLICA_DOWN, DENIED);
        }
    }

    private static void inspectors(List<Twin> twins) {
        new Pair("persona squid-bump", path -> inspector(path, Imitations::squid), "squid", "bump", twins)
                .everywhere(NONE)
                .aborts(REPLICA_UNTRUSTED)
                .with("aborts", "TLSv1.3", BOX_UNTRUSTED)
                .unreached(REPLICA_DOWN, NAME_UNKNOWN);
        new Pair(
                        "persona squid-peek",
                        path -> inspector(path, all -> as("squid-peek", all)),
                        "squid",
                        "peek-bump",
                        twins)
                .aborts(NONE);
        new Pair(
                        "persona squid-stare",
                        path -> inspector(path, all -> as("squid-stare", all)),
                        "squid",
                        "stare-bump",
                        twins)
                .everywhere(NONE)
                .aborts(REPLICA_UNTRUSTED)
                .with("aborts", "TLSv1.3", BOX_UNTRUSTED)
                .unreached(REPLICA_DOWN, NAME_UNKNOWN);
        new Pair(
                        "persona squid-peek, transparent",
                        path -> inspector(path, all -> as("squid-peek", all).mode(InspectorMode.TRANSPARENT)),
                        "squid",
                        "intercept-bump",
                        twins)
                .aborts(NONE);
        new Pair(
                        "persona squid-bump, exempt",
                        path -> inspector(path, all -> squid(all).exempt(FaceLaboratory.HOST)),
                        "squid",
                        "peek-splice",
                        twins)
                .everywhere(NONE);
        new Pair(
                        "persona squid-bump, own certificate",
                        path -> inspector(path, all -> squid(all).presentOwn(path.own())),
                        "squid",
                        "bump-own-certificate",
                        twins)
                .aborts(NONE);
        new Pair("persona mitmproxy", path -> inspector(path, Imitations::mitmproxy), "mitmproxy", "regular", twins)
                .everywhere(NONE)
                .aborts(REPLICA_UNTRUSTED)
                .with("aborts", "TLSv1.3", BOX_UNTRUSTED)
                .unreached(REPLICA_DOWN, NAME_UNKNOWN);
        new Pair(
                        "persona mitmproxy, transparent",
                        path -> inspector(path, all -> mitmproxy(all).mode(InspectorMode.TRANSPARENT)),
                        "mitmproxy",
                        "transparent",
                        twins)
                .aborts(NONE)
                .with("aborts", "TLSv1.3", BOX_UNTRUSTED);
        new Pair(
                        "persona mitmproxy, own certificate",
                        path -> inspector(path, all -> mitmproxy(all).presentOwn(path.own())),
                        "mitmproxy",
                        "regular-own-certificate",
                        twins)
                .everywhere(NONE);
        new Pair(
                        "persona mitmproxy, exempt",
                        path -> inspector(path, all -> mitmproxy(all).exempt(FaceLaboratory.HOST)),
                        "mitmproxy",
                        "ignored",
                        twins)
                .everywhere(NONE);
    }

    private static void loadBalancers(List<Twin> twins) {
        for (String product : List.of("haproxy", "nginx")) {
            new Pair("load balancer", path -> balancer(path, Optional.empty()), product, "terminating-asking", twins)
                    .everywhere(NONE)
                    .aborts(REPLICA_UNTRUSTED)
                    .unreached(REPLICA_DOWN);
        }
        new Pair(
                        "load balancer, own certificate",
                        path -> balancer(path, Optional.of(path.own())),
                        "nginx",
                        "terminating-asking-own-certificate",
                        twins)
                .everywhere(NONE);
    }

    private static Middlebox tunnel(Path path) {
        TunnelSettings.Builder settings = TunnelSettings.builder(path.routes());
        if (path.fault() == LOGIN_MISSING || path.fault() == LOGIN_WRONG) {
            settings.credentials(SOMEBODY);
        }
        return Tunnel.open((path.fault() == DENIED ? settings.deny(FaceLaboratory.HOST) : settings).build());
    }

    private static Middlebox socks(Path path) {
        SocksSettings settings = SocksSettings.open(path.routes());
        if (path.fault() == LOGIN_MISSING) {
            settings = settings.credentials(SOMEBODY);
        }
        if (path.fault() == DENIED) {
            settings = settings.access(new AccessList(Set.of(), Set.of(FaceLaboratory.HOST)));
        }
        return SocksTunnel.open(settings, Listening.onLoopback());
    }

    private static Middlebox relay(RelaySettings settings) {
        return Relay.open(settings, Listening.onLoopback());
    }

    private static Middlebox relayByName(Path path) {
        return relay(RelaySettings.byServerName(path.fault() == DENIED ? Routes.of(Map.of()) : path.routes()));
    }

    private static Middlebox inspector(Path path, UnaryOperator<InspectorSettings.Builder> as) {
        return Inspector.open(as.apply(InspectorSettings.builder(
                        path.routes(),
                        path.laboratory().inspection(),
                        path.laboratory().trust(path.fault() != REPLICA_UNTRUSTED)))
                .build());
    }

    private static InspectorSettings.Builder squid(InspectorSettings.Builder settings) {
        return as("squid-bump", settings);
    }

    private static InspectorSettings.Builder mitmproxy(InspectorSettings.Builder settings) {
        return as("mitmproxy", settings);
    }

    private static InspectorSettings.Builder as(String persona, InspectorSettings.Builder settings) {
        return Personas.find(persona).orElseThrow().setUp(settings);
    }

    private static Middlebox balancer(Path path, Optional<Identity> own) {
        return LoadBalancer.open(
                new LoadBalancerSettings(
                        path.routes(),
                        FaceLaboratory.HOST,
                        path.laboratory().balancer(),
                        own,
                        path.laboratory().trust(path.fault() != REPLICA_UNTRUSTED)),
                Listening.onLoopback());
    }

    /** Collects the situations of one imitation and one product. */
    private record Pair(String imitation, Function<Path, Middlebox> box, String product, String mode, List<Twin> into) {
        Pair with(String replica, String tls, Fault fault) {
            into.add(new Twin(
                    imitation, box, product, mode, ReplicaManner.find(replica).orElseThrow(), tls, fault));
            return this;
        }

        Pair aborts(Fault fault) {
            return with("aborts", "TLSv1.2", fault).with("aborts", "TLSv1.3", fault);
        }

        Pair answers(Fault fault) {
            return with("answers", "TLSv1.2", fault).with("answers", "TLSv1.3", fault);
        }

        Pair everywhere(Fault fault) {
            return aborts(fault).answers(fault);
        }

        Pair unreached(Fault... faults) {
            Arrays.stream(faults).forEach(fault -> with("any", "any", fault));
            return this;
        }
    }
}
