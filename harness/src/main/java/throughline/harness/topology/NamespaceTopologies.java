package throughline.harness.topology;

import static throughline.harness.middlebox.WhenClientCertificateDemanded.ANSWER_502;
import static throughline.harness.middlebox.WhenClientCertificateDemanded.HANG;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import throughline.harness.middlebox.Treatment;
import throughline.harness.middlebox.WhenClientCertificateDemanded;
import throughline.harness.middlebox.external.RealBox;
import throughline.harness.topology.Hop.Login;

/** The topologies of the group {@code namespaces}: the primary dials the replica's own name, address and port 443. */
public final class NamespaceTopologies {
    public static final Topology ROUTER = new Topology("router", "a router, and nothing else", List.of(), false, true);

    public static final Topology ROUTER_RELAY = new Topology(
            "router-relay",
            "a router with a transparent proxy that passes bytes",
            List.of(new Hop.Relay(false)),
            false,
            true);

    public static final Topology ROUTER_CAPTIVE_PORTAL = new Topology(
            "router-captive-portal",
            "a router that answers everything with its login page",
            List.of(new Hop.Relay(true)),
            false,
            true);

    public static final Topology ROUTER_INSPECTOR_TRUSTED = new Topology(
            "router-inspector-trusted",
            "a router with an inspecting proxy; trusted",
            List.of(inspector(ANSWER_502, false)),
            true,
            true);

    public static final Topology ROUTER_INSPECTOR_UNTRUSTED = new Topology(
            "router-inspector-untrusted",
            "a router with an inspecting proxy that the primary does not trust",
            List.of(inspector(ANSWER_502, false)),
            false,
            true);

    public static final Topology ROUTER_INSPECTOR_HANGING = new Topology(
            "router-inspector-hanging",
            "a router with an inspecting proxy that falls silent when the replica demands a certificate; trusted",
            List.of(inspector(HANG, false)),
            true,
            true);

    public static final Topology ROUTER_INSPECTOR_EXEMPT = new Topology(
            "router-inspector-exempt",
            "a router with an inspecting proxy that has the replica on its list of exempt destinations",
            List.of(inspector(ANSWER_502, true)),
            true,
            true);

    private static final List<Topology> ALL = List.of(
            ROUTER,
            ROUTER_RELAY,
            ROUTER_CAPTIVE_PORTAL,
            ROUTER_INSPECTOR_TRUSTED,
            ROUTER_INSPECTOR_UNTRUSTED,
            ROUTER_INSPECTOR_HANGING,
            ROUTER_INSPECTOR_EXEMPT);

    private NamespaceTopologies() {}

    /** Those with imitated boxes, and those with products that ask the system where a connection was to go. */
    static List<Topology> all() {
        return Stream.concat(
                        ALL.stream(),
                        Arrays.stream(RealBox.values())
                                .filter(RealBox::needsRouter)
                                .map(NamespaceTopologies::real))
                .toList();
    }

    private static Topology real(RealBox box) {
        boolean forges = box.treatment() == Treatment.TERMINATED;
        return new Topology(
                "router-" + box.id(),
                "a router with " + box.title(),
                List.of(new Hop.Real(box, Login.NONE)),
                forges,
                true);
    }

    private static Hop inspector(WhenClientCertificateDemanded whenDemanded, boolean replicaExempt) {
        return new Hop.Inspector(false, replicaExempt, whenDemanded, false, false);
    }
}
