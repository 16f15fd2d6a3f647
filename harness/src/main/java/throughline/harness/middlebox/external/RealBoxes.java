package throughline.harness.middlebox.external;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import throughline.harness.middlebox.Middlebox;

/** Starts real boxes. */
public final class RealBoxes {
    private static final int ATTEMPTS = 5;

    /** Below the ports that Linux gives to clients (ip_local_port_range begins at 32768). */
    private static final int FIRST_PORT = 20_000;

    private static final int PORTS = 12_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private RealBoxes() {}

    /**
     * Returns when it listens. What it says of its connections is read from its log, where the product writes one that tells
     * connections apart; see {@link Middlebox#tells}. Where it writes none there are no passages.
     *
     * @throws NotHereException when this machine cannot run it, with the reason
     * @throws ExternalFailureException when it is here and does not come up, with what it printed
     */
    public static Middlebox open(RealBox box, RealSettings settings) {
        box.product().required();
        for (int attempt = 1; ; attempt++) {
            try {
                return start(box, settings, freePort());
            } catch (ExternalFailureException e) {
                if (attempt == ATTEMPTS || !e.portTaken()) {
                    throw e;
                }
            }
        }
    }

    private static Middlebox start(RealBox box, RealSettings settings, int port) {
        OwnFolder folder = OwnFolder.create(box.id());
        try {
            Rendering rendering = render(box, settings, folder, port);
            folder.handOver();
            List<String> prefix = new ArrayList<>(settings.prefix());
            if (OwnFolder.asRootOfItself()) {
                // Programs that see that they are root want to become somebody else, and there is nobody.
                prefix.addAll(List.of("unshare", "--user", "--map-user=65534", "--map-group=65534"));
            }
            prefix.addAll(rendering.prefix());
            ExternalProcess process =
                    ExternalProcess.start(box.id(), prefix, rendering.command(), folder, port, settings.within());
            return new ExternalBox(box, process, folder, rendering, settings.listen(), port);
        } catch (RuntimeException e) {
            folder.delete();
            throw e;
        }
    }

    private static Rendering render(RealBox box, RealSettings settings, OwnFolder folder, int port) {
        return switch (box) {
            case SQUID,
                    SQUID_LOGIN,
                    SQUID_BUMP,
                    SQUID_PEEK_SPLICE,
                    SQUID_STARE_BUMP,
                    SQUID_EXEMPT,
                    SQUID_INTERCEPT_BUMP,
                    SQUID_INTERCEPT_SPLICE -> new Squid(settings, folder, port).render(box);
            case MITMPROXY, MITMPROXY_TRANSPARENT, MITMPROXY_REVERSE, MITMPROXY_CLIENT_CERTS, MITMPROXY_IGNORE_HOSTS ->
                new Mitmproxy(settings, folder, port).render(box);
            case TINYPROXY -> Tinyproxy.render(settings, folder, port, false);
            case TINYPROXY_LOGIN -> Tinyproxy.render(settings, folder, port, true);
            case NGINX_STREAM -> new Nginx(settings, folder, port).stream();
            case NGINX_TLS -> new Nginx(settings, folder, port).reverseProxy(false);
            case NGINX_TLS_OWN -> new Nginx(settings, folder, port).reverseProxy(true);
            case HAPROXY_TCP -> new Haproxy(settings, folder, port).tcp();
            case HAPROXY_TLS -> new Haproxy(settings, folder, port).endingTls();
            case DANTE -> Dante.render(settings, folder, port);
        };
    }

    /** One that nobody has now; another process may still be quicker. */
    private static int freePort() {
        for (int i = 0; i < PORTS; i++) {
            int port = FIRST_PORT + NEXT.getAndIncrement() % PORTS;
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one.
            }
        }
        throw new ExternalFailureException("every port from " + FIRST_PORT + " on is taken", List.of());
    }
}
