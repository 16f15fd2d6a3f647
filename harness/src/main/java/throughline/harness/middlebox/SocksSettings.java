package throughline.harness.middlebox;

import java.util.Optional;

/**
 * What a {@link SocksTunnel} asks for and whom it connects.
 *
 * @param credentials user and password (RFC 1929); absent when anybody may pass
 * @param access other hosts get the reply "not allowed by ruleset"
 */
public record SocksSettings(Routes routes, Optional<ProxyAccount> credentials, AccessList access) {

    /** Open to everybody, for every host. */
    public static SocksSettings open(Routes routes) {
        return new SocksSettings(routes, Optional.empty(), AccessList.everything());
    }

    public SocksSettings credentials(ProxyAccount required) {
        return new SocksSettings(routes, Optional.of(required), access);
    }

    public SocksSettings access(AccessList permitted) {
        return new SocksSettings(routes, credentials, permitted);
    }
}
