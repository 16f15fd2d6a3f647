package throughline.harness.middlebox;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What an inspector learns from a TLS session of its own with the replica, which it ends at once, before it deals with the
 * client's.
 *
 * @param demanded whether the replica asked for a client certificate
 * @param leaf what the replica showed, checked or not; absent when it did not come to that
 * @param finished whether the handshake came to its end
 * @param fault what kind of failure it would come to; absent when it would be of use
 * @param failure the same as a sentence
 */
record FirstLook(
        boolean demanded,
        Optional<X509Certificate> leaf,
        boolean finished,
        Optional<ReplicaFault> fault,
        Optional<String> failure) {
    static FirstLook none() {
        return new FirstLook(false, Optional.empty(), false, Optional.empty(), Optional.empty());
    }

    static FirstLook at(Crossing crossing, TlsEnds settings, Destination target) {
        ReplicaIdentityCheck seen = new ReplicaIdentityCheck(settings.replicaCheck());
        try {
            ReplicaSession session = ReplicaSession.open(crossing, settings, target, seen, "http/1.1");
            boolean demanded = session.certificateDemanded();
            session.finish();
            crossing.hangUpOnReplica();
            return new FirstLook(
                    demanded,
                    seen.leaf(),
                    true,
                    demanded ? Optional.of(ReplicaFault.DEMANDED) : Optional.empty(),
                    demanded ? Optional.of(ReplicaFailedException.demand(target.host())) : Optional.empty());
        } catch (ReplicaFailedException failed) {
            crossing.hangUpOnReplica();
            return new FirstLook(
                    failed.certificateDemanded(),
                    seen.leaf(),
                    false,
                    Optional.of(failed.fault()),
                    Optional.of(String.valueOf(failed.getMessage())));
        } catch (IOException failed) {
            return new FirstLook(
                    false,
                    seen.leaf(),
                    false,
                    Optional.of(ReplicaFault.FAILED),
                    Optional.of(String.valueOf(failed.getMessage())));
        }
    }
}
