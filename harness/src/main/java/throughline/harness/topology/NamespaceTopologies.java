package throughline.harness.topology;

import static throughline.harness.middlebox.WhenClientCertificateDemanded.ANSWER_502;
import static throughline.harness.middlebox.WhenClientCertificateDemanded.HANG;

import java.util.List;
import throughline.harness.middlebox.WhenClientCertificateDemanded;

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

    static final List<Topology> ALL = List.of(
            ROUTER,
            ROUTER_RELAY,
            ROUTER_CAPTIVE_PORTAL,
            ROUTER_INSPECTOR_TRUSTED,
            ROUTER_INSPECTOR_UNTRUSTED,
            ROUTER_INSPECTOR_HANGING,
            ROUTER_INSPECTOR_EXEMPT);

    private NamespaceTopologies() {}

    private static Hop inspector(WhenClientCertificateDemanded whenDemanded, boolean replicaExempt) {
        return new Hop.Inspector(false, replicaExempt, whenDemanded, false, false);
    }
}
