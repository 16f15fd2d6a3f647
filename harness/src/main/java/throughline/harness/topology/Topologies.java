package throughline.harness.topology;

import static throughline.harness.middlebox.WhenClientCertificateDemanded.ANSWER_502;
import static throughline.harness.middlebox.WhenClientCertificateDemanded.ESCROW;
import static throughline.harness.middlebox.WhenClientCertificateDemanded.GO_ON_WITHOUT;
import static throughline.harness.middlebox.WhenClientCertificateDemanded.HANG;
import static throughline.harness.middlebox.WhenClientCertificateDemanded.PRESENT_OWN;
import static throughline.harness.middlebox.WhenClientCertificateDemanded.REFUSE_CONNECT;
import static throughline.harness.middlebox.WhenClientCertificateDemanded.STEP_ASIDE;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import throughline.harness.topology.Hop.Language;
import throughline.harness.topology.Hop.Login;

/** The topologies that a matrix runs, in the order of its table; below, those of the group {@code imitated}. */
public final class Topologies {
    public static final Topology DIRECT = new Topology("direct", "nothing in between", List.of(), false);

    public static final Topology RELAY =
            new Topology("relay", "a transparent proxy that passes bytes", List.of(new Hop.Relay(false)), false);

    public static final Topology TUNNEL = new Topology(
            "tunnel",
            "a forward proxy that is asked for a tunnel",
            List.of(tunnel(Language.CONNECT, Login.NONE)),
            false);

    public static final Topology INSPECTOR_TRUSTED = new Topology(
            "inspector-trusted",
            "an inspecting proxy whose authority the primary trusts; answers 502 when the replica demands a certificate",
            List.of(new Hop.Inspector(true, false, ANSWER_502, false, false)),
            true);

    public static final Topology INSPECTOR_UNTRUSTED = new Topology(
            "inspector-untrusted",
            "an inspecting proxy whose authority the primary does not trust",
            List.of(new Hop.Inspector(true, false, ANSWER_502, false, false)),
            false);

    public static final Topology INSPECTOR_TRANSPARENT = new Topology(
            "inspector-transparent",
            "an inspecting proxy that the primary is not told of; trusted",
            List.of(new Hop.Inspector(false, false, ANSWER_502, false, false)),
            true);

    public static final Topology INSPECTOR_HANGING = new Topology(
            "inspector-hanging",
            "an inspecting proxy that falls silent when the replica demands a certificate; trusted",
            List.of(new Hop.Inspector(true, false, HANG, false, false)),
            true);

    public static final Topology INSPECTOR_EXEMPT = new Topology(
            "inspector-exempt",
            "an inspecting proxy that has the replica on its list of exempt destinations",
            List.of(new Hop.Inspector(true, true, ANSWER_502, false, false)),
            true);

    public static final Topology TUNNEL_BASIC = new Topology(
            "tunnel-basic",
            "a forward proxy that wants credentials by Basic, and gets them",
            List.of(tunnel(Language.CONNECT, Login.BASIC)),
            false);

    public static final Topology TUNNEL_BASIC_WRONG = new Topology(
            "tunnel-basic-wrong",
            "the same, with a wrong password",
            List.of(tunnel(Language.CONNECT, Login.BASIC_WRONG)),
            false);

    public static final Topology TUNNEL_DIGEST = new Topology(
            "tunnel-digest",
            "a forward proxy that wants credentials by Digest, and gets them",
            List.of(tunnel(Language.CONNECT, Login.DIGEST)),
            false);

    public static final Topology TUNNEL_DIGEST_WRONG = new Topology(
            "tunnel-digest-wrong",
            "the same, with a wrong password",
            List.of(tunnel(Language.CONNECT, Login.DIGEST_WRONG)),
            false);

    public static final Topology TUNNEL_TLS = new Topology(
            "tunnel-tls",
            "a forward proxy that is spoken to in TLS",
            List.of(tunnel(Language.CONNECT_IN_TLS, Login.NONE)),
            false);

    public static final Topology SOCKS =
            new Topology("socks", "a SOCKS 5 proxy", List.of(tunnel(Language.SOCKS, Login.NONE)), false);

    public static final Topology SOCKS_LOGIN = new Topology(
            "socks-login",
            "a SOCKS 5 proxy that wants user and password, and gets them",
            List.of(tunnel(Language.SOCKS, Login.BASIC)),
            false);

    public static final Topology TUNNEL_CHAIN = new Topology(
            "tunnel-chain",
            "a forward proxy that leads to a second one",
            List.of(tunnel(Language.CONNECT, Login.NONE), tunnel(Language.CONNECT, Login.NONE)),
            false);

    public static final Topology CAPTIVE_PORTAL = new Topology(
            "captive-portal",
            "a network that answers everything with its login page",
            List.of(new Hop.Relay(true)),
            false);

    public static final Topology INSPECTOR_HELLO_FORWARDING = new Topology(
            "inspector-hello-forwarding",
            "an inspecting proxy that sends the hello on before it forges; trusted",
            List.of(new Hop.Inspector(true, false, ANSWER_502, true, false)),
            true);

    public static final Topology INSPECTOR_HTTP2 = new Topology(
            "inspector-http2",
            "an inspecting proxy that speaks HTTP/2; trusted",
            List.of(new Hop.Inspector(true, false, ANSWER_502, false, true)),
            true);

    public static final Topology INSPECTOR_REFUSING_CONNECT = new Topology(
            "inspector-refusing-connect",
            "an inspecting proxy that looks first, and refuses the tunnel with 502",
            List.of(new Hop.Inspector(true, false, REFUSE_CONNECT, false, false)),
            true);

    public static final Topology INSPECTOR_GOING_ON = new Topology(
            "inspector-going-on",
            "an inspecting proxy that goes on without a certificate; trusted",
            List.of(new Hop.Inspector(true, false, GO_ON_WITHOUT, false, false)),
            true);

    public static final Topology INSPECTOR_OWN_CERTIFICATE = new Topology(
            "inspector-own-certificate",
            "an inspecting proxy that presents an accepted certificate of its own; trusted",
            List.of(new Hop.Inspector(true, false, PRESENT_OWN, false, false)),
            true);

    public static final Topology INSPECTOR_STEPPING_ASIDE = new Topology(
            "inspector-stepping-aside",
            "an inspecting proxy that steps aside when the replica demands a certificate",
            List.of(new Hop.Inspector(true, false, STEP_ASIDE, false, false)),
            true);

    public static final Topology INSPECTOR_ESCROW = new Topology(
            "inspector-escrow",
            "an inspecting proxy with the replica's key and an accepted certificate",
            List.of(new Hop.Inspector(true, false, ESCROW, false, false)),
            false);

    public static final Topology LOAD_BALANCER = new Topology(
            "load-balancer",
            "a load balancer at the replica that ends TLS and has no certificate to present",
            List.of(new Hop.LoadBalancer()),
            false);

    private static final List<Topology> IMITATED = List.of(
            DIRECT,
            RELAY,
            TUNNEL,
            INSPECTOR_TRUSTED,
            INSPECTOR_UNTRUSTED,
            INSPECTOR_TRANSPARENT,
            INSPECTOR_HANGING,
            INSPECTOR_EXEMPT,
            TUNNEL_BASIC,
            TUNNEL_BASIC_WRONG,
            TUNNEL_DIGEST,
            TUNNEL_DIGEST_WRONG,
            TUNNEL_TLS,
            SOCKS,
            SOCKS_LOGIN,
            TUNNEL_CHAIN,
            CAPTIVE_PORTAL,
            INSPECTOR_HELLO_FORWARDING,
            INSPECTOR_HTTP2,
            INSPECTOR_REFUSING_CONNECT,
            INSPECTOR_GOING_ON,
            INSPECTOR_OWN_CERTIFICATE,
            INSPECTOR_STEPPING_ASIDE,
            INSPECTOR_ESCROW,
            LOAD_BALANCER);

    private Topologies() {}

    private static Hop tunnel(Language language, Login login) {
        return new Hop.Tunnel(language, login);
    }

    /** Of every group. */
    public static List<Topology> all() {
        return Arrays.stream(TopologyGroup.values())
                .flatMap(group -> of(group).stream())
                .toList();
    }

    public static List<Topology> of(TopologyGroup group) {
        return switch (group) {
            case IMITATED -> IMITATED;
            case PERSONAS -> PersonaTopologies.ALL;
            case REAL, NAMESPACES -> List.of();
        };
    }

    /** The topologies that this word means: those of a group, or the one of this id; empty when it means nothing. */
    public static List<Topology> named(String word) {
        return TopologyGroup.find(word)
                .map(Topologies::of)
                .orElseGet(() -> find(word).stream().toList());
    }

    public static Optional<Topology> find(String id) {
        return all().stream().filter(topology -> topology.id().equals(id)).findFirst();
    }
}
