package throughline.primary.dial;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link ProxySelector} says, the JVM's own with its system properties ({@code https.proxyHost}, {@code
 * http.nonProxyHosts}, {@code socksProxyHost}, {@code java.net.useSystemProxies}) or another one.
 */
public final class SystemProxy {
    private SystemProxy() {}

    /** Asks the selector that is in force in this JVM; without one, the way is direct. */
    public static ProxySettings settings(String host, int port) {
        return Optional.ofNullable(ProxySelector.getDefault())
                .map(selector -> settings(selector, host, port))
                .orElseGet(ProxySettings::direct);
    }

    /**
     * The first way that the selector names for an https address.
     *
     * @param host an address stands without brackets
     * @throws IllegalArgumentException if its answer is none that can be gone
     */
    public static ProxySettings settings(ProxySelector selector, String host, int port) {
        List<Proxy> answers = selector.select(URI.create("https://" + HostPort.text(host, port)));
        if (answers == null || answers.isEmpty()) {
            return ProxySettings.direct();
        }
        Proxy first = answers.get(0);
        return switch (first.type()) {
            case DIRECT -> ProxySettings.direct();
            case HTTP ->
                ProxySettings.httpConnect(
                        address(first).getHostString(), address(first).getPort());
            case SOCKS ->
                ProxySettings.socks5(
                        address(first).getHostString(), address(first).getPort());
        };
    }

    private static InetSocketAddress address(Proxy proxy) {
        if (proxy.address() instanceof InetSocketAddress address) {
            return address;
        }
        throw new IllegalArgumentException("proxy " + proxy + "; accepted is one with a host and a port");
    }
}
