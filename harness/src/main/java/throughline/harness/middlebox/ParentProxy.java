package throughline.harness.middlebox;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The next proxy of a {@link Tunnel}, which is asked with CONNECT in the clear for everything.
 *
 * @param credentials sent unasked by the scheme Basic (RFC 7617), as squid's {@code login=} does; absent for none
 */
public record ParentProxy(InetSocketAddress address, Optional<ProxyAccount> credentials) {}
