package throughline.primary.dial;

import java.util.Optional;

/** Where user name and password for one proxy come from. Asked once for every connection through that proxy. */
@FunctionalInterface
public interface ProxyCredentialsSource {

    /** Those in force now; empty when there are none. May block. */
    Optional<ProxyCredentials> credentials();
}
