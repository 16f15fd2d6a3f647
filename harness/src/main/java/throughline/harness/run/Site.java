package throughline.harness.run;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import throughline.harness.middlebox.Listening;
import throughline.harness.topology.Topology;

/** The networks in which the parts of a testbed stand. The primary always is in this process's own. */
interface Site extends AutoCloseable {
    /** Where the replica is to listen; port 0 takes a free one. */
    InetSocketAddress replica();

    /** How the boxes are to listen. */
    Listening boxes();

    /** Opens something in the replica's network. */
    <T> T atReplica(Supplier<T> opening);

    /** Opens something in the network of the boxes. */
    <T> T atBoxes(Supplier<T> opening);

    /**
     * Leads the primary to the entrance.
     *
     * @param replica where the replica listens
     * @param entrance where the first box listens, or the replica where there is none
     * @return what the primary has to dial when it is told of no proxy
     */
    InetSocketAddress lead(InetSocketAddress replica, InetSocketAddress entrance);

    /** Where connections to the replica must come from. */
    InetAddress lastSender();

    @Override
    void close();

    /**
     * Makes the networks that a topology needs.
     *
     * @throws throughline.harness.lab.LabUnavailableException where there can be no such networks
     */
    static Site of(Topology topology) {
        return topology.routed() ? RoutedSite.open(!topology.hops().isEmpty()) : new LoopbackSite();
    }
}
