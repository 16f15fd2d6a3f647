package throughline.identity.revocation;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Fetches with one connection for each request, and leaves nothing behind. HTTP/1.0, so that no answer comes in pieces (RFC
 * 9112, 7). Written on a socket because the JDK's clients obey what is set for the whole JVM (proxy properties, cookies,
 * authenticators), and limit the time between bytes rather than that of the whole. Finding the address of a host is outside
 * of the limit: Java cannot interrupt it.
 */
public final class HttpRevocationFetch implements RevocationFetch {
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(5);
    private static final int HTTP = 80;

    private final Proxy proxy;
    private final Duration limit;

    /** Directly, whatever proxy the JVM is set to, within five seconds. */
    public HttpRevocationFetch() {
        this(Proxy.NO_PROXY, DEFAULT_LIMIT);
    }

    /**
     * @param proxy an HTTP proxy, asked in absolute form (RFC 9112, 3.2.2) and without credentials; a SOCKS proxy; or
     *     {@link Proxy#NO_PROXY}
     * @param limit for a whole fetch, from connecting to the last byte; positive
     */
    public HttpRevocationFetch(Proxy proxy, Duration limit) {
        if (limit.isNegative() || limit.toMillis() == 0) {
            throw new IllegalArgumentException(
                    "The time limit is %s: a millisecond or more is accepted.".formatted(limit));
        }
        this.proxy = proxy;
        this.limit = limit;
    }

    @Override
    public byte[] get(URI address) throws IOException {
        return exchange("GET", address, "", new byte[0], LARGEST_CRL);
    }

    @Override
    public byte[] post(URI address, byte[] ocspRequest) throws IOException {
        String fields = "Content-Type: application/ocsp-request\r\nContent-Length: " + ocspRequest.length + "\r\n";
        return exchange("POST", address, fields, ocspRequest, LARGEST_OCSP_ANSWER);
    }

    private byte[] exchange(String method, URI given, String fields, byte[] body, int largest) throws IOException {
        if (!"http".equalsIgnoreCase(given.getScheme()) || given.getHost() == null || given.getPort() > 0xFFFF) {
            throw new IOException("only http addresses are asked");
        }
        URI address = URI.create(given.toASCIIString());
        Deadline deadline = new Deadline(limit);
        try (Socket socket = proxy.type() == Proxy.Type.SOCKS ? new Socket(proxy) : new Socket(Proxy.NO_PROXY)) {
            socket.connect(nextHop(address), deadline.millisecondsLeft());
            OutputStream out = socket.getOutputStream();
            out.write(head(method, address, fields).getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            out.flush();
            return new HttpAnswer(socket, deadline).body(largest);
        } catch (SocketTimeoutException late) {
            throw new IOException("no whole answer within " + limit.toMillis() + " ms", late);
        } catch (UnknownHostException unknown) {
            throw new IOException("no address is known for " + unknown.getMessage(), unknown);
        }
    }

    private SocketAddress nextHop(URI address) throws UnknownHostException {
        if (proxy.type() == Proxy.Type.SOCKS) {
            return InetSocketAddress.createUnresolved(host(address), port(address));
        }
        InetSocketAddress hop =
                proxy.type() == Proxy.Type.HTTP && proxy.address() instanceof InetSocketAddress configured
                        ? new InetSocketAddress(configured.getHostString(), configured.getPort())
                        : new InetSocketAddress(host(address), port(address));
        if (hop.isUnresolved()) {
            throw new UnknownHostException(hop.getHostString());
        }
        return hop;
    }

    private String head(String method, URI address, String fields) {
        String path = address.getRawPath() == null || address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        String authority = address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
        String target = (proxy.type() == Proxy.Type.HTTP ? "http://" + authority : "") + path + query;
        return method + " " + target + " HTTP/1.0\r\nHost: " + authority + "\r\n"
                + "User-Agent: throughline\r\nConnection: close\r\n" + fields + "\r\n";
    }

    private static String host(URI address) {
        String host = address.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(URI address) {
        return address.getPort() < 0 ? HTTP : address.getPort();
    }

    /** A moment by the monotonic clock. */
    static final class Deadline {
        private final long end;

        Deadline(Duration limit) {
            this.end = System.nanoTime() + limit.toNanos();
        }

        /** At least 1, as 0 stands for no limit. */
        int millisecondsLeft() throws SocketTimeoutException {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new SocketTimeoutException("the time is over");
            }
            return (int) Math.min(left, Integer.MAX_VALUE);
        }
    }
}
