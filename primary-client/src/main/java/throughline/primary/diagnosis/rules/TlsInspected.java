package throughline.primary.diagnosis.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Leaf;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.ChainShown;
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;

/**
 * TLS is ended on the way by something that shows a certificate of its own. CERTAIN only where a source that knows the
 * replica's certificate settles it; a recognised product, or a replica that was looking and saw nothing of us, make it
 * LIKELY; everything else is only consistent with it.
 */
final class TlsInspected extends Rule {
    TlsInspected() {
        super(
                "tls.inspected",
                "TLS is ended on the way by an inspecting proxy",
                Phase.SERVER_CERTIFICATE,
                Set.of(),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        if (connection.chain().isEmpty() || connection.refusedByReplicaAlone()) {
            return Optional.empty();
        }
        Leaf leaf = Leaf.of(connection);
        return switch (leaf.standing()) {
            case REPLICAS -> Optional.empty();
            case FOREIGN -> claim(connection, Confidence.CERTAIN, leaf.grounds(), leaf.because());
            case DOUBTFUL -> claim(connection, Confidence.LIKELY, leaf.grounds(), leaf.because());
            case UNKNOWN -> unsettled(connection);
        };
    }

    private Optional<Finding> unsettled(ConnectionCase connection) {
        Optional<Interceptor> product = recognised(connection);
        if (product.isPresent()) {
            return claim(
                    connection,
                    Confidence.LIKELY,
                    List.of("this issuer is known from " + product.get().product()),
                    List.of());
        }
        Optional<HelloArrival> unseen = HelloArrival.of(connection)
                .filter(hello -> !hello.arrived() && !hello.fromInside() && hello.outweighs(connection));
        if (unseen.isPresent() && connection.first(HandshakeFinished.class).isPresent()) {
            return claim(
                    connection,
                    Confidence.LIKELY,
                    List.of(
                            "somebody finished a handshake with us, and the replica, which was looking, saw nothing of it"),
                    List.of(unseen.get().evidence()));
        }
        boolean untrusted = connection
                .first(ChainShown.class)
                .filter(shown -> !shown.anchored())
                .isPresent();
        if (untrusted || (connection.neverAsked() && !connection.succeeded())) {
            return claim(
                    connection,
                    Confidence.POSSIBLE,
                    List.of(untrusted ? "its issuer is not trusted here" : "nobody asked for a client certificate"),
                    List.of());
        }
        return Optional.empty();
    }

    private Optional<Finding> claim(
            ConnectionCase connection, Confidence confidence, List<String> grounds, List<Evidence> settling) {
        List<Evidence> because =
                new ArrayList<>(connection.chainEvidence().stream().toList());
        settling.stream().filter(piece -> !because.contains(piece)).forEach(because::add);
        CertificateFacts shown = connection.chain().get(0);
        String host = connection.setup().host();
        String opening = confidence == Confidence.CERTAIN
                ? "TLS to " + host + " is ended on the way"
                : "TLS to " + host + " may be ended on the way";
        String explanation = opening + " by something that shows a certificate of its own, issued by " + shown.issuer()
                + ": " + String.join("; ", grounds)
                + (connection.succeeded()
                        ? ". It was let through this time; an inspecting proxy reads along and can keep it from getting"
                                + " through at any time."
                        : connection.answeredByReplica()
                                ? ". The replica answered through it, so it has a client certificate that the replica"
                                        + " accepts; what it does with the content is what failed here."
                                : ". Such an inspecting proxy opens a TLS session of its own to the replica and has no"
                                        + " client certificate to show there, so certificate-authenticated replication"
                                        + " cannot get through it.");
        return finding(confidence, explanation, Bypass.remedy(recognised(connection), connection.setup()), because);
    }

    private static Optional<Interceptor> recognised(ConnectionCase connection) {
        return connection
                .leafAndIssuers()
                .map(certificate -> Interceptors.known().recognise(certificate))
                .flatMap(Optional::stream)
                .findFirst();
    }
}
