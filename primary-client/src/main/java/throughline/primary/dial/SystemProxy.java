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
     * The ways that the selector names for an https address, to be tried in its order.
     *
     * @param host an address stands without brackets
     * @throws IllegalArgumentException if its answer is none that can be gone
     */
    public static ProxySettings settings(ProxySelector selector, String host, int port) {
        List<Proxy> answers = selector.select(URI.create("https://" + HostPort.text(host, port)));
        if (answers == null || answers.isEmpty()) {
            return ProxySettings.direct();
        }
        List<ProxySettings> ways =
                answers.stream().map(SystemProxy::way).distinct().toList();
        return ways.size() == 1 ? ways.get(0) : new ProxySettings.FirstOf(ways);
    }

    private static ProxySettings way(Proxy proxy) {
        return switch (proxy.type()) {
            case DIRECT -> ProxySettings.direct();
            case HTTP ->
                ProxySettings.httpConnect(
                        address(proxy).getHostString(), address(proxy).getPort());
            case SOCKS ->
                ProxySettings.socks5(
                        address(proxy).getHostString(), address(proxy).getPort());
        };
    }

    private static InetSocketAddress address(Proxy proxy) {
        if (proxy.address() instanceof InetSocketAddress address) {
            return address;
        }
        throw new IllegalArgumentException("proxy " + proxy + "; accepted is one with a host and a port");
    }
}
