package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.NotTlsReceived;
import throughline.primary.evidence.TlsEvidence.ServerHelloReceived;
import throughline.primary.evidence.Witness;

/** Whatever answered does not speak TLS. */
final class ReplicaNotTls extends Rule {
    ReplicaNotTls() {
        super(
                "replica.not-tls",
                "what answers in the replica's place does not speak TLS",
                Phase.HELLO,
                Set.of(Witness.SOCKET_TAP),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        // Whoever sent a ServerHello speaks TLS; what broke later broke for another reason.
        if (connection.first(ServerHelloReceived.class).isPresent()
                || !connection.chain().isEmpty()) {
            return Optional.empty();
        }
        return connection.first(NotTlsReceived.class).flatMap(received -> {
            String replica = connection.setup().replica();
            String through = connection
                    .setup()
                    .proxy()
                    .map(proxy -> " through the tunnel of " + proxy)
                    .orElse("");
            return finding(
                    Confidence.CERTAIN,
                    "What answers at " + replica + through + " does not speak TLS: it sent \"" + received.received()
                            + "\".",
                    "Check that port " + connection.setup().port()
                            + " is the replica's TLS port and not a plain HTTP one"
                            + (through.isEmpty()
                                    ? "; a captive portal or transparent proxy on the way may answer in its place."
                                    : "; a proxy may also write a page of its own into the tunnel it has opened."),
                    List.of(received));
        });
    }
}
