package throughline.harness.run;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import throughline.certs.TestPki;
import throughline.harness.middlebox.Inspector;
import throughline.harness.middlebox.InspectorMode;
import throughline.harness.middlebox.InspectorSettings;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.Relay;
import throughline.harness.middlebox.Routes;
import throughline.harness.middlebox.Tunnel;
import throughline.harness.middlebox.TunnelSettings;
import throughline.harness.topology.Hop;
import throughline.harness.topology.Topology;

/**
 * The running middleboxes of a topology. Each leads the replica's name to the next one, the last to the replica.
 *
 * @param inOrder from the primary on
 * @param entrance where the primary's connection must go first: the first box, or the replica itself
 */
record Boxes(List<Middlebox> inOrder, InetSocketAddress entrance) implements AutoCloseable {

    static Boxes open(Topology topology, TestPki pki, String replicaName, InetSocketAddress replica) {
        List<Middlebox> opened = new ArrayList<>();
        InetSocketAddress next = replica;
        try {
            for (int i = topology.hops().size() - 1; i >= 0; i--) {
                Middlebox box = open(topology.hops().get(i), pki, replicaName, Routes.to(replicaName, next));
                opened.add(box);
                next = box.address();
            }
        } catch (RuntimeException e) {
            opened.forEach(Middlebox::close);
            throw e;
        }
        Collections.reverse(opened);
        return new Boxes(List.copyOf(opened), next);
    }

    @Override
    public void close() {
        inOrder.forEach(Middlebox::close);
    }

    private static Middlebox open(Hop hop, TestPki pki, String replicaName, Routes routes) {
        if (hop instanceof Hop.Relay) {
            return Relay.open(routes);
        }
        if (hop instanceof Hop.Inspector inspector) {
            InspectorSettings.Builder settings = InspectorSettings.builder(routes, pki.inspector(), pki.trust())
                    .mode(inspector.explicit() ? InspectorMode.EXPLICIT : InspectorMode.TRANSPARENT)
                    .whenClientCertificateDemanded(inspector.whenDemanded());
            return Inspector.open((inspector.replicaExempt() ? settings.exempt(replicaName) : settings).build());
        }
        return Tunnel.open(TunnelSettings.builder(routes).build());
    }
}
