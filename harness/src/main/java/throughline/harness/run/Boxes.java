package throughline.harness.run;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.Routes;
import throughline.harness.topology.Topology;

/**
 * The running middleboxes of a topology. Each leads the replica's name to the next one, the last to the replica.
 *
 * @param inOrder from the primary on
 * @param entrance where the primary's connection must go first: the first box, or the replica itself
 */
record Boxes(List<Middlebox> inOrder, InetSocketAddress entrance) implements AutoCloseable {

    static Boxes open(Topology topology, LabKeys keys, InetSocketAddress replica) {
        List<Middlebox> opened = new ArrayList<>();
        InetSocketAddress next = replica;
        try {
            for (int i = topology.hops().size() - 1; i >= 0; i--) {
                boolean asksNext = i + 1 < topology.hops().size()
                        && topology.hops().get(i + 1).explicit();
                String name = asksNext ? next.getAddress().getHostAddress() : Testbed.REPLICA;
                Middlebox box = new BoxMaker(keys, Routes.to(name, next), next)
                        .open(topology.hops().get(i));
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
}
