package throughline.harness.middlebox;

import java.util.Optional;
import throughline.identity.Identity;
import throughline.identity.Trust;

/**
 * What a {@link LoadBalancer} stands in front of.
 *
 * @param replica the host name or address that the replica's certificate must be for, that the replica is sent as server name,
 *     and that passages show
 * @param shown the replica's certificate, or one for its name
 * @param own what it presents to a replica that asks for a certificate; absent for none
 * @param replicaTrust what the replica's certificate is checked against
 */
public record LoadBalancerSettings(
        Routes routes, String replica, Identity shown, Optional<Identity> own, Trust replicaTrust) {

    /** @throws IllegalArgumentException when no certificate could ever be for the name */
    public LoadBalancerSettings {
        HostForm.listed(replica);
    }
}
