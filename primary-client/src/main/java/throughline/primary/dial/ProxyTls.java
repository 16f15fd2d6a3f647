package throughline.primary.dial;

import java.util.Optional;
import throughline.identity.Identity;
import throughline.identity.Trust;

/**
 * TLS with the proxy itself. The certificate must name the proxy's host (RFC 9110 section 4.3.4).
 *
 * @param trust who may have issued the proxy's certificate; nobody else's word counts, the replica's authorities included
 * @param identity our certificate for the proxy, should it ask for one; the replica's is never shown to it
 */
public record ProxyTls(Trust trust, Optional<Identity> identity) {

    public static ProxyTls trusting(Trust authorities) {
        return new ProxyTls(authorities, Optional.empty());
    }

    public ProxyTls identifiedBy(Identity certificateForTheProxy) {
        return new ProxyTls(trust, Optional.of(certificateForTheProxy));
    }
}
