package throughline.primary.dial;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import throughline.primary.capture.ConnectionLog;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.dial.ProxySettings.HttpsConnect;
import throughline.primary.dial.ProxySettings.Socks5;

/**
 * The way of one connection through its proxies, one tunnel inside the other. Remembers over reconnections what was
 * already tried at each.
 */
final class ProxyWay {
    private final List<Stop> stops = new ArrayList<>();
    private final ConnectionLog log;
    private final TimeLimits limits;
    private final BooleanSupplier givenUp;
    private final List<TimedSocket> timed = new ArrayList<>();

    private record Stop(Hop hop, Optional<TunnelRequest> request) {}

    /** The end of the way: a socket for writing and closing, and what arrives. */
    record Opened(Socket socket, InputStream in) {}

    private ProxyWay(ConnectionLog log, TimeLimits limits, BooleanSupplier givenUp) {
        this.log = log;
        this.limits = limits;
        this.givenUp = givenUp;
    }

    /** Through all of them to the host. */
    static ProxyWay through(
            List<Hop> hops, String host, int port, ConnectionLog log, TimeLimits limits, BooleanSupplier givenUp)
            throws IOException {
        ProxyWay way = toLast(hops, log, limits, givenUp);
        Hop last = way.stops.remove(hops.size() - 1).hop();
        way.stops.add(new Stop(last, Optional.of(way.request(last, host, port))));
        return way;
    }

    /** To the last of them, with whom it is spoken then: nothing is asked of that one here. */
    static ProxyWay toLast(List<Hop> hops, ConnectionLog log, TimeLimits limits, BooleanSupplier givenUp)
            throws IOException {
        ProxyWay way = new ProxyWay(log, limits, givenUp);
        for (int i = 0; i < hops.size() - 1; i++) {
            Hop next = hops.get(i + 1);
            way.stops.add(new Stop(hops.get(i), Optional.of(way.request(hops.get(i), next.host(), next.port()))));
        }
        way.stops.add(new Stop(hops.get(hops.size() - 1), Optional.empty()));
        return way;
    }

    /**
     * Opens one tunnel after the other.
     *
     * @return null when the first proxy has to be connected anew
     */
    @Nullable
    Opened open(Socket connected) throws IOException {
        timed.clear();
        Opened reached = new Opened(connected, connected.getInputStream());
        for (Stop stop : stops) {
            Socket speaking = speakingTo(stop.hop(), reached, connected);
            InputStream in = stop.request().isEmpty()
                    ? speaking.getInputStream()
                    : stop.request().get().open(speaking);
            if (in == null) {
                return null;
            }
            reached = new Opened(speaking, in);
        }
        return reached;
    }

    /** The handshake with the replica is over: its limit no longer counts. */
    void finished() {
        timed.forEach(TimedSocket::opened);
    }

    private Socket speakingTo(Hop hop, Opened reached, Socket connected) throws IOException {
        if (reached.socket() == connected && !(hop instanceof HttpsConnect)) {
            return connected;
        }
        TimedSocket below = new TimedSocket(reached.socket(), reached.in());
        timed.add(below);
        return hop instanceof HttpsConnect https ? TlsToProxy.over(below, https, limits.tls(), log, givenUp) : below;
    }

    private TunnelRequest request(Hop hop, String host, int port) throws IOException {
        return hop instanceof Socks5
                ? new SocksRequest(log, hop, host, port, limits.tunnelAnswer(), givenUp)
                : new ConnectRequest(log, hop, HostPort.text(host, port), limits.tunnelAnswer(), givenUp);
    }
}
