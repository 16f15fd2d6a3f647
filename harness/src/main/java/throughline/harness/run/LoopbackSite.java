package throughline.harness.run;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import throughline.harness.middlebox.Listening;

/** Everything on loopback; the replica's name leads to the first box. */
final class LoopbackSite implements Site {
    @Override
    public InetSocketAddress replica() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public Listening boxes() {
        return Listening.onLoopback();
    }

    @Override
    public <T> T atReplica(Supplier<T> opening) {
        return opening.get();
    }

    @Override
    public <T> T atBoxes(Supplier<T> opening) {
        return opening.get();
    }

    @Override
    public InetSocketAddress lead(InetSocketAddress replica, InetSocketAddress entrance) {
        return entrance;
    }

    @Override
    public InetAddress lastSender() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public void close() {
        // There is nothing to take away.
    }
}
