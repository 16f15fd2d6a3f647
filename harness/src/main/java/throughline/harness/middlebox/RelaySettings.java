package throughline.harness.middlebox;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a {@link Relay} leads.
 *
 * @param target where everything goes, TLS or not; absent when the server name decides
 * @param routes by server name, where there is no target
 * @param proxyProtocol what it tells the replica about the client before the client's first byte; absent for nothing
 */
public record RelaySettings(Routes routes, Optional<InetSocketAddress> target, Optional<ProxyProtocol> proxyProtocol) {

    public static RelaySettings byServerName(Routes routes) {
        return new RelaySettings(routes, Optional.empty(), Optional.empty());
    }

    public static RelaySettings to(InetSocketAddress target) {
        return new RelaySettings((host, port) -> Optional.of(target), Optional.of(target), Optional.empty());
    }

    public RelaySettings announcing(ProxyProtocol version) {
        return new RelaySettings(routes, target, Optional.of(version));
    }
}
