package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.Witness;

/** No TCP connection to the configured proxy. */
final class ProxyUnreachable extends Rule {
    ProxyUnreachable() {
        super(
                "proxy.unreachable",
                "the configured proxy cannot be reached",
                Phase.CONNECT_TO_PROXY,
                Set.of(Witness.DIALER),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        List<Evidence> failures = Reach.failures(connection, Leg.PROXY);
        if (failures.isEmpty()) {
            return Optional.empty();
        }
        String proxy = AskedProxy.connected(connection);
        return finding(
                Confidence.CERTAIN,
                "The proxy " + proxy + " cannot be reached, so nothing was sent to the replica: "
                        + Reach.words(failures) + ".",
                "Check the proxy's name and port (configured: " + proxy
                        + ") and that a firewall lets this machine connect"
                        + " to it. If " + connection.setup().host()
                        + " can be reached without a proxy, configure a direct connection.",
                failures);
    }
}
