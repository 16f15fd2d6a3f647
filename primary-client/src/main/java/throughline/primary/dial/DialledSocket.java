package throughline.primary.dial;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import throughline.primary.capture.ConnectionLog;
import throughline.primary.capture.Failures;
import throughline.primary.capture.SocketTap;
import throughline.primary.capture.Watch;
import throughline.primary.capture.WatchingTls.Watched;
import throughline.primary.dial.AddressRace.Ended;
import throughline.primary.dial.Dialer.Use;
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
    private final Use use;
    private final LimitedResolver resolver;
    private final TimeLimits limits;
    private final Watch watch;
    private ConnectionLog log = new ConnectionLog();
    private @Nullable SocketTap tap;

    /** What arrives where nobody reads along: what was read too far with the last proxy's answer comes first. */
    private @Nullable InputStream arriving;

    private volatile @Nullable Deadline handshake;
    private volatile @Nullable ProxyWay way;
    private volatile @Nullable AddressRace race;

    DialledSocket(ProxySettings proxy, Use use, LimitedResolver resolver, TimeLimits limits, Watch watch) {
        this.proxy = proxy;
        this.use = use;
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
        InputStream in = byTheFirstWay(target);
        if (use != Use.TLS) {
            arriving = in;
            return;
        }
        tap = new SocketTap(log, new HandshakeInput(in), actual().getOutputStream(), proxy::conceal);
        handshake = Deadline.in(limits.tls());
    }

    /** In the evidence each way is a connection of its own, with what became of it. */
    private InputStream byTheFirstWay(InetSocketAddress target) throws IOException {
        Iterator<ProxySettings> ways = proxy.ways().iterator();
        IOException last = null;
        while (true) {
            log = watch.opened(target);
            try {
                return by(ways.next(), target);
            } catch (IOException e) {
                if (last != null) {
                    e.addSuppressed(last);
                }
                last = e;
                if (!ways.hasNext() || givenUp() || (e instanceof TunnelException tunnel && tunnel.isAnswer())) {
                    throw e;
                }
                renew();
            }
        }
    }

    private InputStream by(ProxySettings way, InetSocketAddress target) throws IOException {
        if (!way.hops().isEmpty()) {
            return tunnel(way.hops(), target.getHostString(), target.getPort());
        }
        if (proxy instanceof Direct) {
            connectTo(Leg.REPLICA, target, actual());
        } else {
            // Nobody has looked for it: before its turn came it was to be a proxy's.
            reach(Leg.REPLICA, target.getHostString(), target.getPort());
        }
        return actual().getInputStream();
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
        ProxyWay through = use == Use.CLEAR_WITH_LAST_PROXY
                ? ProxyWay.toLast(hops, log, limits, this::givenUp)
                : ProxyWay.through(hops, host, port, log, limits, this::givenUp);
        way = through;
        Hop first = hops.get(0);
        reach(Leg.PROXY, first.host(), first.port());
        Opened opened = through.open(actual());
        while (opened == null) {
            // The proxy wants another request, and has closed this connection.
            renew();
            reach(Leg.PROXY, first.host(), first.port());
            opened = through.open(actual());
        }
        layer(opened.socket());
        return opened.in();
    }

    private void reach(Leg leg, String host, int port) throws IOException {
        List<InetSocketAddress> addresses = resolve(leg, host).stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
        if (addresses.size() == 1) {
            connectTo(leg, addresses.get(0), actual());
            return;
        }
        AddressRace racing = new AddressRace(limits.connect(), timeout());
        race = racing;
        try {
            if (givenUp()) {
                // Closed before there was a race to end.
                throw new SocketException("Socket closed");
            }
            replace(racing.run(addresses, this::givenUp, ended -> note(leg, ended)));
        } finally {
            race = null;
        }
    }

    private List<InetAddress> resolve(Leg leg, String host) throws IOException {
        try {
            List<InetAddress> addresses = resolver.lookup(host);
            List<String> shown =
                    addresses.stream().map(InetAddress::getHostAddress).toList();
            log.note((number, after) -> new NameResolved(number, after, leg, host, shown));
            return addresses;
        } catch (NameUnresolvedException e) {
            if (!givenUp()) {
                log.note((number, after) -> new NameUnresolved(number, after, leg, host, e.failure()));
            }
            throw e;
        }
    }

    private void connectTo(Leg leg, InetSocketAddress address, Socket socket) throws IOException {
        Ended ended = AddressRace.connect(address, socket, limits.connect(), timeout());
        note(leg, ended);
        if (ended.failure() != null) {
            throw ended.failure();
        }
    }

    private void note(Leg leg, Ended ended) {
        String shown = shown(ended.address());
        IOException thrown = ended.failure();
        if (thrown == null) {
            int localPort = ended.socket().getLocalPort();
            log.note((number, after) -> new Connected(number, after, leg, shown, localPort, ended.took()));
        } else {
            Failure failure = Failures.within(
                    limits.connect(),
                    "connecting to " + leg.label(),
                    Failures.of(givenUp() || ended.overtaken(), thrown),
                    thrown);
            log.note((number, after) -> new ConnectFailed(number, after, leg, shown, failure));
        }
    }

    private static String shown(InetSocketAddress address) {
        return address.getAddress() == null
                ? address.toString()
                : HostPort.text(address.getAddress().getHostAddress(), address.getPort());
    }

    @Override
    public void close() throws IOException {
        super.close();
        AddressRace racing = race;
        if (racing != null) {
            racing.end();
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        if (tap != null) {
            return tap.in();
        }
        return arriving == null ? super.getInputStream() : arriving;
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
