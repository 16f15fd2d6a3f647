package throughline.harness.middlebox;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@link Tunnel} asks for and whom it connects.
 *
 * @param credentials what a client has to present (RFC 7617); absent when anybody may pass
 * @param denied host names, in lower case, that it answers 403 for
 */
public record TunnelSettings(Routes routes, Optional<BasicCredentials> credentials, Set<String> denied) {
    public TunnelSettings {
        denied = Set.copyOf(denied);
    }

    /** Without credentials and with nothing denied, unless told otherwise. */
    public static Builder builder(Routes routes) {
        return new Builder(routes);
    }

    boolean denies(String host) {
        return denied.contains(host.toLowerCase(Locale.ROOT));
    }

    /** Collects the settings. */
    public static final class Builder {
        private final Routes routes;
        private final Set<String> denied = new HashSet<>();
        private Optional<BasicCredentials> credentials = Optional.empty();

        private Builder(Routes routes) {
            this.routes = routes;
        }

        /** Requires them of every request. */
        public Builder credentials(BasicCredentials required) {
            credentials = Optional.of(required);
            return this;
        }

        /** Adds a host, whatever the port. */
        public Builder deny(String host) {
            denied.add(host.toLowerCase(Locale.ROOT));
            return this;
        }

        public TunnelSettings build() {
            return new TunnelSettings(routes, credentials, denied);
        }
    }
}
