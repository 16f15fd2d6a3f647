package throughline.harness.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import throughline.protocol.ConnectionView;
import throughline.protocol.ConnectionView.CertificateRefusal;
import throughline.protocol.ConnectionView.ClientCertificateView;
import throughline.protocol.ConnectionView.HandshakeOutcome;
import throughline.protocol.Excerpt;

/** A line for each connection that a replica refused: what a verdict means by the replica's own log. */
final class RefusalLines {
    private final Terminal terminal;
    private Set<Long> printed = Set.of();

    RefusalLines(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Those that are refused by now and were not yet the last time. */
    void print(List<ConnectionView> connections) {
        Set<Long> refused = new HashSet<>();
        for (ConnectionView connection : connections) {
            String why = why(connection);
            if (!why.isEmpty()) {
                refused.add(connection.id());
                if (!printed.contains(connection.id())) {
                    terminal.out().println(connection.acceptedAt() + " refused " + connection.peer() + ": " + why);
                }
            }
        }
        printed = refused;
        terminal.out().flush();
    }

    private static String why(ConnectionView connection) {
        ClientCertificateView certificate = connection.clientCertificate();
        return switch (certificate.outcome()) {
            case REFUSED ->
                "the client certificate "
                        + certificate.subject().map(Excerpt::of).orElse("") + " is refused, "
                        + certificate.refusal().map(CertificateRefusal::words).orElse("");
            case NONE_SENT -> "no client certificate was sent";
            case NOT_REACHED ->
                connection.handshake() == HandshakeOutcome.FAILED
                        ? "the handshake failed: "
                                + connection.failure().map(Excerpt::of).orElse("without a word")
                        : "";
            case ACCEPTED -> "";
        };
    }
}
