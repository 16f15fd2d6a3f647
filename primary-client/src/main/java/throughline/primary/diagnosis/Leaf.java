package throughline.primary.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;
import throughline.primary.evidence.ReplicaEvidence.ControlShown;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;

/**
 * Whose certificate was shown. Compared with every source that knows: an equal tls-exporter, the certificates that the
 * replica says it serves, the pin, a direct control. One source that recognises it as the replica's outweighs those that
 * do not: a pin may be out of date, a control may have met another node.
 */
public record Leaf(Standing standing, List<String> grounds, List<Evidence> because) {

    /** Whose certificate it is. */
    public enum Standing {
        /** One that the replica serves. */
        REPLICAS,
        /** Settled: not one that the replica serves. */
        FOREIGN,
        /** Nobody who could tell was looking, or none was shown. */
        UNKNOWN
    }

    public static Leaf of(ConnectionCase connection) {
        if (connection.chain().isEmpty()) {
            return new Leaf(Standing.UNKNOWN, List.of(), List.of());
        }
        List<Opinion> opinions = new ArrayList<>();
        exporter(connection).ifPresent(opinions::add);
        account(connection).ifPresent(opinions::add);
        view(connection).ifPresent(opinions::add);
        pin(connection).ifPresent(opinions::add);
        control(connection).ifPresent(opinions::add);
        boolean own = opinions.stream().anyMatch(Opinion::replicas);
        List<Opinion> carrying =
                opinions.stream().filter(opinion -> opinion.replicas() == own).toList();
        Standing standing = own ? Standing.REPLICAS : opinions.isEmpty() ? Standing.UNKNOWN : Standing.FOREIGN;
        return new Leaf(
                standing,
                carrying.stream().map(Opinion::ground).toList(),
                carrying.stream().flatMap(opinion -> opinion.because().stream()).toList());
    }

    private record Opinion(boolean replicas, String ground, List<Evidence> because) {}

    private static Optional<Opinion> exporter(ConnectionCase connection) {
        Optional<String> ours = connection.last(HandshakeFinished.class).flatMap(HandshakeFinished::channelBinding);
        return connection
                .last(ViewReceived.class)
                .filter(ViewReceived::signerTrusted)
                .filter(received -> ours.isPresent()
                        && received.view()
                                .connection()
                                .session()
                                .flatMap(session -> session.channelBinding())
                                .equals(ours))
                .map(received -> new Opinion(true, "both ends have the same tls-exporter value", List.of(received)));
    }

    private static Optional<Opinion> account(ConnectionCase connection) {
        return connection.last(AccountGiven.class).map(account -> {
            boolean served =
                    account.servedCertificates().contains(leafOf(connection).sha256());
            return new Opinion(
                    served,
                    served ? "the replica says it serves this certificate" : "the replica says it does not serve it",
                    List.of(account));
        });
    }

    private static Optional<Opinion> view(ConnectionCase connection) {
        return connection
                .last(ViewReceived.class)
                .filter(ViewReceived::signerTrusted)
                .map(received -> {
                    boolean served = received.view()
                            .servedCertificates()
                            .contains(leafOf(connection).sha256());
                    return new Opinion(
                            served,
                            served
                                    ? "the replica says it serves this certificate"
                                    : "the replica says it does not serve it",
                            List.of(received));
                });
    }

    private static Optional<Opinion> pin(ConnectionCase connection) {
        List<String> pins = connection.setup().pins();
        if (pins.isEmpty()) {
            return Optional.empty();
        }
        boolean pinned =
                connection.linkedChain().stream().anyMatch(certificate -> pins.contains(certificate.keySha256()));
        if (!pinned && connection.certificateRequest().isPresent()) {
            // Inspectors do not ask for client certificates (54 recordings of real products); a replica whose key was
            // renewed does. So this pin may be out of date and settles nothing.
            return Optional.empty();
        }
        return Optional.of(new Opinion(
                pinned,
                pinned ? "its key is pinned" : "neither its key nor its issuer's is the pinned one",
                List.copyOf(connection.chainEvidence().stream().toList())));
    }

    private static Optional<Opinion> control(ConnectionCase connection) {
        return connection.last(ControlShown.class).flatMap(control -> {
            CertificateFacts direct = control.chain().get(0);
            CertificateFacts shown = leafOf(connection);
            if (direct.keySha256().equals(shown.keySha256())) {
                return Optional.of(new Opinion(true, "a direct connection is shown the same key", List.of(control)));
            }
            // Two nodes of one replica have two keys, but one issuer.
            return direct.issuer().equals(shown.issuer())
                    ? Optional.empty()
                    : Optional.of(new Opinion(
                            false,
                            "a direct connection is shown another one, issued by " + direct.issuer(),
                            List.of(control)));
        });
    }

    private static CertificateFacts leafOf(ConnectionCase connection) {
        return connection.chain().get(0);
    }
}
