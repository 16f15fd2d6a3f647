package throughline.harness.middlebox;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.identity.Identity;

/**
 * What a {@link Tunnel} asks for and whom it connects.
 *
 * @param credentials what a client has to present; absent when anybody may pass
 * @param schemes by which of these, offered in this order; nothing without credentials
 * @param access other hosts get 403
 * @param tls what it shows to clients, which then speak to it in TLS; absent when they speak in the clear
 * @param parent the proxy that it asks for everything; absent when it connects itself
 * @param answersBeforeDialling says 200 before it has reached anybody, as some products do
 */
public record TunnelSettings(
        Routes routes,
        Optional<ProxyAccount> credentials,
        List<LoginScheme> schemes,
        AccessList access,
        Optional<Identity> tls,
        Optional<ParentProxy> parent,
        boolean answersBeforeDialling) {
    public TunnelSettings {
        schemes = List.copyOf(schemes);
    }

    /** In the clear, without credentials and with nothing denied, unless told otherwise. */
    public static Builder builder(Routes routes) {
        return new Builder(routes);
    }

    /** Collects the settings. */
    public static final class Builder {
        private final Routes routes;
        private final Set<String> allowed = new HashSet<>();
        private final Set<String> denied = new HashSet<>();
        private Optional<ProxyAccount> credentials = Optional.empty();
        private List<LoginScheme> schemes = List.of(LoginScheme.BASIC);
        private Optional<Identity> tls = Optional.empty();
        private Optional<ParentProxy> parent = Optional.empty();
        private boolean answersBeforeDialling;

        private Builder(Routes routes) {
            this.routes = routes;
        }

        /** Requires them of every request; by Basic, unless told otherwise. */
        public Builder credentials(ProxyAccount required) {
            credentials = Optional.of(required);
            return this;
        }

        public Builder schemes(LoginScheme... offered) {
            schemes = List.of(offered);
            return this;
        }

        /** Adds a host, whatever the port; without any, all are allowed. */
        public Builder allow(String host) {
            allowed.add(host);
            return this;
        }

        /** Adds a host, whatever the port. */
        public Builder deny(String host) {
            denied.add(host);
            return this;
        }

        public Builder tls(Identity shown) {
            tls = Optional.of(shown);
            return this;
        }

        public Builder parent(ParentProxy next) {
            parent = Optional.of(next);
            return this;
        }

        public Builder answersBeforeDialling() {
            answersBeforeDialling = true;
            return this;
        }

        public TunnelSettings build() {
            return new TunnelSettings(
                    routes, credentials, schemes, new AccessList(allowed, denied), tls, parent, answersBeforeDialling);
        }
    }
}
