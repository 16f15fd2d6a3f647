package throughline.harness.run;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import throughline.harness.lab.NetworkLab;
import throughline.harness.middlebox.Listening;

/** A network each for primary, boxes and replica. The primary dials the replica itself; a router turns it round to the box. */
final class RoutedSite implements Site {
    private static final int HTTPS = 443;

    private final NetworkLab lab;
    private final boolean boxed;

    private RoutedSite(NetworkLab lab, boolean boxed) {
        this.lab = lab;
        this.boxed = boxed;
    }

    /** @param boxed whether a box is to stand on the router */
    static RoutedSite open(boolean boxed) {
        return new RoutedSite(NetworkLab.open(), boxed);
    }

    @Override
    public InetSocketAddress replica() {
        return new InetSocketAddress(lab.replica(), HTTPS);
    }

    @Override
    public Listening boxes() {
        return Listening.onLoopback().at(new InetSocketAddress(lab.router(), 0));
    }

    @Override
    public <T> T atReplica(Supplier<T> opening) {
        return lab.onReplica(opening);
    }

    @Override
    public <T> T atBoxes(Supplier<T> opening) {
        return lab.onRouter(opening);
    }

    @Override
    public InetSocketAddress lead(InetSocketAddress replica, InetSocketAddress entrance) {
        if (boxed) {
            lab.redirect(HTTPS, entrance.getPort());
        }
        return replica;
    }

    @Override
    public InetAddress lastSender() {
        return boxed ? lab.routerTowardsReplica() : lab.primary();
    }

    @Override
    public void close() {
        lab.close();
    }
}
