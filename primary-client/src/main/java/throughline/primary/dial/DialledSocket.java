package throughline.primary.dial;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import throughline.primary.capture.ConnectionLog;
import throughline.primary.capture.Failures;
import throughline.primary.capture.SocketTap;
import throughline.primary.capture.Watch;
import throughline.primary.capture.WatchingTls.Watched;
import throughline.primary.dial.ProxySettings.Direct;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.dial.ProxyWay.Opened;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.PathEvidence.ConnectFailed;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameResolved;
import throughline.primary.evidence.PathEvidence.NameUnresolved;

/** A socket that reaches its target as the proxy settings say, and notes every step in the log of its connection. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // as in DelegatingSocket
final class DialledSocket extends DelegatingSocket implements Watched {
    private final ProxySettings proxy;
    private final LimitedResolver resolver;
    private final TimeLimits limits;
    private final Watch watch;
    private ConnectionLog log = new ConnectionLog();
    private @Nullable SocketTap tap;
    private volatile @Nullable Deadline handshake;
    private volatile @Nullable ProxyWay way;

    DialledSocket(ProxySettings proxy, LimitedResolver resolver, TimeLimits limits, Watch watch) {
        this.proxy = proxy;
        this.resolver = resolver;
        this.limits = limits;
        this.watch = watch;
    }

    @Override
    public ConnectionLog connectionLog() {
        return log;
    }

    @Override
    void dial(InetSocketAddress target) throws IOException {
        log = watch.opened(target);
        InputStream in;
        if (!proxy.hops().isEmpty()) {
            in = tunnel(proxy.hops(), target.getHostString(), target.getPort());
        } else {
            connectTo(Leg.REPLICA, target, actual());
            in = actual().getInputStream();
        }
        tap = new SocketTap(log, new HandshakeInput(in), actual().getOutputStream(), proxy::conceal);
        handshake = Deadline.in(limits.tls());
    }

    /** The HTTP client sets a limit of its own once the handshake is over. */
    @Override
    public void setSoTimeout(int milliseconds) throws SocketException {
        handshake = null;
        ProxyWay through = way;
        if (through != null) {
            through.finished();
        }
        super.setSoTimeout(milliseconds);
    }

    /** The stream behind the last proxy's answer: what was read too far is given out first. */
    private InputStream tunnel(List<Hop> hops, String host, int port) throws IOException {
        ProxyWay through = new ProxyWay(hops, host, port, log, limits, this::givenUp);
        way = through;
        connectToProxy(hops.get(0), actual());
        Opened opened = through.open(actual());
        while (opened == null) {
            // The proxy wants another request, and has closed this connection.
            connectToProxy(hops.get(0), renew());
            opened = through.open(actual());
        }
        layer(opened.socket());
        return opened.in();
    }

    private void connectToProxy(Hop connect, Socket socket) throws IOException {
        IOException last = new ConnectException("no address of " + connect.host() + " could be connected");
        Socket current = socket;
        for (InetAddress address : resolve(connect)) {
            try {
                connectTo(Leg.PROXY, new InetSocketAddress(address, connect.port()), current);
                return;
            } catch (IOException e) {
                e.addSuppressed(last);
                last = e;
                current = renew();
            }
        }
        throw last;
    }

    private List<InetAddress> resolve(Hop connect) throws IOException {
        try {
            List<InetAddress> addresses = resolver.lookup(connect.host());
            List<String> shown =
                    addresses.stream().map(InetAddress::getHostAddress).toList();
            log.note((number, after) -> new NameResolved(number, after, Leg.PROXY, connect.host(), shown));
            return addresses;
        } catch (NameUnresolvedException e) {
            if (!givenUp()) {
                log.note((number, after) -> new NameUnresolved(number, after, Leg.PROXY, connect.host(), e.failure()));
            }
            throw e;
        }
    }

    private void connectTo(Leg leg, InetSocketAddress address, Socket socket) throws IOException {
        String shown = address.getAddress() == null
                ? address.toString()
                : new InetSocketAddress(address.getAddress().getHostAddress(), address.getPort()).getHostString() + ":"
                        + address.getPort();
        long started = System.nanoTime();
        try {
            // Without this every handshake waits 40 ms for Nagle's algorithm against delayed acknowledgements.
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeout());
            socket.connect(address, milliseconds(limits.connect()));
            int localPort = socket.getLocalPort();
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            log.note((number, after) -> new Connected(number, after, leg, shown, localPort, took));
        } catch (IOException e) {
            Failure failure = Failures.of(givenUp(), e);
            log.note((number, after) -> new ConnectFailed(number, after, leg, shown, failure));
            throw e;
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return tap == null ? super.getInputStream() : tap.in();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return tap == null ? super.getOutputStream() : tap.out();
    }

    /** Closes without a word; what waits for the other end then fails. */
    void end() {
        try {
            close();
        } catch (IOException e) {
            // Closed is closed.
        }
    }

    /**
     * JSSE asks, when it closes, how many seconds it is to wait for a thread that is writing. Told nothing, it waits as
     * long as that thread does: no time limit would ever end a transfer that the other end has stopped reading, and
     * Okio's one watchdog would hang with it.
     */
    @Override
    public int getSoLinger() {
        return 0;
    }

    @Override
    public String toString() {
        return "DialledSocket[" + (proxy instanceof Direct ? "direct" : proxy) + "]";
    }

    /** A limit for each wait alone would let a trickle go on for ever. */
    private final class HandshakeInput extends FilterInputStream {
        HandshakeInput(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Deadline deadline = handshake;
            if (deadline != null) {
                actual().setSoTimeout(deadline.later(log.ownWork()).millisecondsLeft());
            }
            return in.read(bytes, offset, length);
        }
    }

    static int milliseconds(Duration limit) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, limit.toMillis()));
    }
}
