package throughline.harness.middlebox;

import java.util.Optional;
import javax.net.ssl.X509ExtendedTrustManager;
import throughline.identity.Identity;
import throughline.identity.Trust;

/**
 * How a box behaves that ends TLS, whatever it is called.
 *
 * @param replicaTrust what the replica's certificate is checked against, name included; absent when it is not checked
 * @param own what it presents to a replica that asks; absent for nothing
 * @param asksClients whether clients are asked for a certificate, of which any is accepted, or none
 */
record TlsEnds(
        Routes routes,
        Optional<Trust> replicaTrust,
        Optional<Identity> own,
        boolean asksClients,
        InspectorHttp http,
        HeaderChanges changes,
        boolean buffersBodies,
        WhenClientCertificateDemanded whenClientCertificateDemanded,
        Optional<WhenClientCertificateDemanded> whenDemandedLate,
        Appearance appearance) {

    /** The same, believing every certificate of the replica's. */
    TlsEnds unchecked() {
        return new TlsEnds(
                routes,
                Optional.empty(),
                own,
                asksClients,
                http,
                changes,
                buffersBodies,
                whenClientCertificateDemanded,
                whenDemandedLate,
                appearance);
    }

    /** What is done about this fault, as far as it is about a client certificate. */
    WhenClientCertificateDemanded wayAt(ReplicaFault fault) {
        return fault == ReplicaFault.DEMANDED_LATE
                ? whenDemandedLate.orElse(whenClientCertificateDemanded)
                : whenClientCertificateDemanded;
    }

    Optional<X509ExtendedTrustManager> replicaCheck() {
        return replicaTrust.map(Trust::trustManager);
    }
}
