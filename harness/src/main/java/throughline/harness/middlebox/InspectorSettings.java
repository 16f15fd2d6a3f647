package throughline.harness.middlebox;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.X509ExtendedTrustManager;
import throughline.certs.CertificateAuthority;
import throughline.identity.Trust;

/**
 * What an {@link Inspector} shows to clients, whom it believes, and whom it leaves alone.
 *
 * @param authority mints the certificates that clients are shown
 * @param replicaTrust what the replica's certificate is checked against, name included; absent when it is not checked
 * @param exempt host names, in lower case, that are passed untouched
 */
public record InspectorSettings(
        Routes routes,
        CertificateAuthority authority,
        Optional<Trust> replicaTrust,
        InspectorMode mode,
        Set<String> exempt,
        WhenClientCertificateDemanded whenClientCertificateDemanded) {
    public InspectorSettings {
        exempt = Set.copyOf(exempt);
    }

    /**
     * Explicit, with nothing exempt and an answer when a client certificate is demanded, unless told otherwise.
     *
     * @param replicaTrust what the replica's certificate is checked against
     */
    public static Builder builder(Routes routes, CertificateAuthority authority, Trust replicaTrust) {
        return new Builder(routes, authority, replicaTrust);
    }

    Optional<X509ExtendedTrustManager> replicaCheck() {
        return replicaTrust.map(Trust::trustManager);
    }

    boolean exempts(String host) {
        return exempt.contains(host.toLowerCase(Locale.ROOT));
    }

    /** Collects the settings. */
    public static final class Builder {
        private final Routes routes;
        private final CertificateAuthority authority;
        private final Set<String> exempt = new HashSet<>();
        private Optional<Trust> replicaTrust;
        private InspectorMode mode = InspectorMode.EXPLICIT;
        private WhenClientCertificateDemanded whenDemanded = WhenClientCertificateDemanded.ANSWER_502;

        private Builder(Routes routes, CertificateAuthority authority, Trust replicaTrust) {
            this.routes = routes;
            this.authority = authority;
            this.replicaTrust = Optional.of(replicaTrust);
        }

        public Builder mode(InspectorMode chosen) {
            mode = chosen;
            return this;
        }

        /** Adds a host, whatever the port. */
        public Builder exempt(String host) {
            exempt.add(host.toLowerCase(Locale.ROOT));
            return this;
        }

        public Builder whenClientCertificateDemanded(WhenClientCertificateDemanded chosen) {
            whenDemanded = chosen;
            return this;
        }

        /** Believes every certificate on the replica's side, as a carelessly configured proxy does. */
        public Builder trustEveryReplica() {
            replicaTrust = Optional.empty();
            return this;
        }

        public InspectorSettings build() {
            return new InspectorSettings(routes, authority, replicaTrust, mode, exempt, whenDemanded);
        }
    }
}
