package throughline.primary.dial;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import throughline.protocol.Excerpt;

/** How the primary gets out: what it is told, not what stands in between. */
public sealed interface ProxySettings {

    /** No proxy: the replica's own address is connected. */
    record Direct() implements ProxySettings {}

    /** One proxy, which is asked for a tunnel and resolves the name that it leads to. */
    sealed interface Hop extends ProxySettings {
        /** A name or an address, without brackets. */
        String host();

        int port();

        /** Whose credentials this proxy is given, and no other. */
        ProxyAuthentication authentication();

        /** As a URL has it, without credentials. */
        String url();

        /** The same proxy, told that it is us by this. */
        Hop as(ProxyAuthentication authentication);
    }

    /** An HTTP proxy that is asked with CONNECT (RFC 9110 section 9.3.6), in the clear. */
    record HttpConnect(String host, int port, ProxyAuthentication authentication) implements Hop {
        public HttpConnect {
            host = checked(host, port);
        }

        /** Takes credentials that are sent only after the proxy has demanded them with 407. */
        public HttpConnect(String host, int port, Optional<ProxyCredentials> credentials) {
            this(host, port, ProxyAuthentication.of(credentials));
        }

        @Override
        public Hop as(ProxyAuthentication known) {
            return new HttpConnect(host, port, known);
        }

        @Override
        public String url() {
            return "http://" + HostPort.text(host, port);
        }
    }

    /**
     * An HTTP proxy that is asked with CONNECT inside a TLS session with the proxy itself.
     *
     * @param tls whom to believe that it is the proxy, and our certificate for it
     */
    record HttpsConnect(String host, int port, ProxyAuthentication authentication, ProxyTls tls) implements Hop {
        public HttpsConnect {
            host = checked(host, port);
        }

        @Override
        public Hop as(ProxyAuthentication known) {
            return new HttpsConnect(host, port, known, tls);
        }

        @Override
        public String url() {
            return "https://" + HostPort.text(host, port);
        }
    }

    /** A SOCKS 5 proxy (RFC 1928), with user name and password (RFC 1929) where it asks for them. */
    record Socks5(String host, int port, ProxyAuthentication authentication) implements Hop {
        public Socks5 {
            host = checked(host, port);
        }

        @Override
        public Hop as(ProxyAuthentication known) {
            return new Socks5(host, port, known);
        }

        @Override
        public String url() {
            return "socks5h://" + HostPort.text(host, port);
        }
    }

    /** The first proxy leads to the second, which leads to the replica. */
    record Chain(Hop first, Hop second) implements ProxySettings {}

    /**
     * Several ways, as a PAC script tells them, tried in this order. The next one counts where the one before was not there
     * or said nothing; a proxy that refuses has answered, and is not gone around.
     */
    record FirstOf(List<ProxySettings> ways) implements ProxySettings {
        public FirstOf {
            if (ways.isEmpty() || ways.stream().anyMatch(FirstOf.class::isInstance)) {
                throw new IllegalArgumentException(
                        "ways " + ways + "; accepted is at least one, direct or through proxies");
            }
            ways = List.copyOf(ways);
        }
    }

    static ProxySettings direct() {
        return new Direct();
    }

    static ProxySettings httpConnect(String host, int port) {
        return new HttpConnect(host, port, ProxyAuthentication.none());
    }

    static ProxySettings httpsConnect(String host, int port, ProxyTls tls) {
        return new HttpsConnect(host, port, ProxyAuthentication.none(), tls);
    }

    static ProxySettings socks5(String host, int port) {
        return new Socks5(host, port, ProxyAuthentication.none());
    }

    /**
     * Reads {@code direct}, or a URL with scheme {@code http}, {@code https}, {@code socks5} or {@code socks5h}, a host and a
     * port (443 where {@code https} gives none); or two such URLs with a comma in between, of which the first proxy leads to
     * the second. A TLS session with a proxy is judged by the platform's authorities.
     *
     * @throws IllegalArgumentException if it is none, or holds a user name or password: those come from elsewhere
     */
    static ProxySettings parse(String text) {
        if (text.equals("direct")) {
            return direct();
        }
        String[] urls = text.split(",", 3);
        if (urls.length > 2) {
            throw new IllegalArgumentException(
                    "more than two proxies; accepted are one, or two with a comma in between");
        }
        Hop first = ProxyUrl.parse(urls[0].strip()).hop();
        return urls.length == 1
                ? first
                : new Chain(first, ProxyUrl.parse(urls[1].strip()).hop());
    }

    /** The ways to be tried, one after the other; mostly this one alone. */
    default List<ProxySettings> ways() {
        return List.of(this);
    }

    /** The proxies on the way, first to last, or on all ways; none for a direct connection. */
    default List<Hop> hops() {
        if (this instanceof FirstOf several) {
            return several.ways().stream().flatMap(way -> way.hops().stream()).toList();
        }
        if (this instanceof Chain chain) {
            return List.of(chain.first(), chain.second());
        }
        return this instanceof Hop hop ? List.of(hop) : List.of();
    }

    /**
     * The proxies as they stand in evidence: host and port, with the scheme where it is not HTTP; those of a chain with
     * {@code then} in between, several ways with {@code or}. Absent for a direct connection.
     */
    default Optional<String> address() {
        if (this instanceof FirstOf several) {
            return Optional.of(several.ways().stream()
                    .map(way -> way.address().orElse("direct"))
                    .collect(Collectors.joining(" or ")));
        }
        return hops().isEmpty()
                ? Optional.empty()
                : Optional.of(hops().stream().map(ProxySettings::shown).collect(Collectors.joining(" then ")));
    }

    /** Whether credentials for one of the proxies are configured. */
    default boolean hasCredentials() {
        return hops().stream().anyMatch(hop -> hop.authentication().isConfigured());
    }

    /** A text that came from outside, without the credentials that a proxy was sent and may reflect. */
    default String conceal(String text) {
        String shown = text;
        for (Hop hop : hops()) {
            shown = hop.authentication().conceal(shown);
        }
        return shown;
    }

    private static String shown(Hop hop) {
        return hop instanceof HttpConnect ? HostPort.text(hop.host(), hop.port()) : hop.url();
    }

    private static String checked(String host, int port) {
        try {
            String ascii = HostPort.ascii(host);
            if (!ascii.isBlank() && port >= 1 && port <= 65535) {
                return ascii;
            }
        } catch (IllegalArgumentException noName) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "proxy " + Excerpt.of(host) + ":" + port + "; accepted are a host and a port from 1 to 65535");
    }
}
