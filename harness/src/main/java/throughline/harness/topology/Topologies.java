package throughline.harness.topology;

import static throughline.harness.middlebox.WhenClientCertificateDemanded.ANSWER_502;
import static throughline.harness.middlebox.WhenClientCertificateDemanded.HANG;

import java.util.List;
import java.util.Optional;

/** The topologies that a matrix runs, in the order of its table. */
public final class Topologies {
    public static final Topology DIRECT = new Topology("direct", "nothing in between", List.of(), false);

    public static final Topology RELAY =
            new Topology("relay", "a transparent proxy that passes bytes", List.of(new Hop.Relay()), false);

    public static final Topology TUNNEL =
            new Topology("tunnel", "a forward proxy that is asked for a tunnel", List.of(new Hop.Tunnel()), false);

    public static final Topology INSPECTOR_TRUSTED = new Topology(
            "inspector-trusted",
            "an inspecting proxy whose authority the primary trusts; answers 502 when the replica demands a certificate",
            List.of(new Hop.Inspector(true, false, ANSWER_502)),
            true);

    public static final Topology INSPECTOR_UNTRUSTED = new Topology(
            "inspector-untrusted",
            "an inspecting proxy whose authority the primary does not trust",
            List.of(new Hop.Inspector(true, false, ANSWER_502)),
            false);

    public static final Topology INSPECTOR_TRANSPARENT = new Topology(
            "inspector-transparent",
            "an inspecting proxy that the primary is not told of; trusted",
            List.of(new Hop.Inspector(false, false, ANSWER_502)),
            true);

    public static final Topology INSPECTOR_HANGING = new Topology(
            "inspector-hanging",
            "an inspecting proxy that falls silent when the replica demands a certificate; trusted",
            List.of(new Hop.Inspector(true, false, HANG)),
            true);

    public static final Topology INSPECTOR_EXEMPT = new Topology(
            "inspector-exempt",
            "an inspecting proxy that has the replica on its list of exempt destinations",
            List.of(new Hop.Inspector(true, true, ANSWER_502)),
            true);

    private static final List<Topology> ALL = List.of(
            DIRECT,
            RELAY,
            TUNNEL,
            INSPECTOR_TRUSTED,
            INSPECTOR_UNTRUSTED,
            INSPECTOR_TRANSPARENT,
            INSPECTOR_HANGING,
            INSPECTOR_EXEMPT);

    private Topologies() {}

    public static List<Topology> all() {
        return ALL;
    }

    public static Optional<Topology> find(String id) {
        return ALL.stream().filter(topology -> topology.id().equals(id)).findFirst();
    }
}
