package throughline.primary.dial;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import javax.net.SocketFactory;
import okhttp3.Dns;
import throughline.primary.capture.Watch;

/**
 * The socket factory and resolver under the HTTP client. The client believes that it connects directly; the sockets it
 * gets here go through whatever the settings say, and note what happens.
 */
public final class Dialer extends SocketFactory implements Dns, AutoCloseable {
    private final ProxySettings proxy;
    private final Use use;
    private final LimitedResolver resolver;
    private final TimeLimits limits;
    private final Watch watch;
    private final Set<DialledSocket> sockets = Collections.newSetFromMap(new WeakHashMap<>());
    private boolean closed;

    public Dialer(ProxySettings proxy, NameResolver resolver, TimeLimits limits, Watch watch) {
        this(proxy, Use.TLS, resolver, limits, watch);
    }

    private Dialer(ProxySettings proxy, Use use, NameResolver resolver, TimeLimits limits, Watch watch) {
        this.proxy = proxy;
        this.use = use;
        this.resolver = new LimitedResolver(resolver, limits.resolve());
        this.limits = limits;
        this.watch = watch;
    }

    /** What its sockets are for. */
    enum Use {
        /** TLS with the target, read along for as long as it is in the clear. */
        TLS,
        /** Anything else with the target. */
        CLEAR,
        /** Anything else with the last proxy on the way to it. */
        CLEAR_WITH_LAST_PROXY
    }

    static Dialer inTheClear(
            boolean withLastProxy, ProxySettings proxy, NameResolver resolver, TimeLimits limits, Watch watch) {
        return new Dialer(proxy, withLastProxy ? Use.CLEAR_WITH_LAST_PROXY : Use.CLEAR, resolver, limits, watch);
    }

    /** The replica's addresses; with a proxy, which resolves the name itself, one that stands for "the proxy knows". */
    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        return proxy instanceof ProxySettings.Direct
                ? resolver.lookup(host)
                : List.of(InetAddress.getByAddress(host, new byte[] {0, 0, 0, 0}));
    }

    /** An unconnected socket; the only method the HTTP client uses. */
    @Override
    public synchronized Socket createSocket() throws IOException {
        if (closed) {
            throw new SocketException("the client is closed");
        }
        DialledSocket socket = new DialledSocket(proxy, use, resolver, limits, watch);
        sockets.add(socket);
        return socket;
    }

    /** Ends every look-up and every connection, whatever it is doing, and makes no new one. */
    @Override
    public synchronized void close() {
        closed = true;
        resolver.close();
        sockets.forEach(DialledSocket::end);
        sockets.clear();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new UnsupportedOperationException("sockets are made unconnected");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw new UnsupportedOperationException("sockets are made unconnected");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw new UnsupportedOperationException("sockets are made unconnected");
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        throw new UnsupportedOperationException("sockets are made unconnected");
    }
}
