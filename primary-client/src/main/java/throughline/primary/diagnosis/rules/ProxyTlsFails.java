package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence;
import throughline.primary.evidence.PathEvidence.ProxyTlsFailed;
import throughline.primary.evidence.PathEvidence.ProxyTlsFinished;
import throughline.primary.evidence.PathEvidence.TunnelFailed;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.AlertSeen;
import throughline.primary.evidence.TlsEvidence.HandshakeFailed;
import throughline.primary.evidence.TlsEvidence.Sender;
import throughline.primary.evidence.Witness;

/** TLS with the proxy itself does not come about, or breaks. */
final class ProxyTlsFails extends Rule {
    ProxyTlsFails() {
        super(
                "proxy.tls-failed",
                "TLS with the proxy itself fails",
                Phase.TLS_TO_PROXY,
                Set.of(Witness.DIALER),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        if (connection.succeeded()) {
            return Optional.empty();
        }
        if (spokeBehindTheProxy(connection)) {
            return Optional.empty();
        }
        return lastSession(connection)
                .filter(ProxyTlsFailed.class::isInstance)
                .map(ProxyTlsFailed.class::cast)
                .filter(ProxyTlsFailed::adverse)
                .flatMap(broken -> failed(connection, broken))
                .or(() -> endedOverCertificate(connection));
    }

    /** A session that broke and was followed by another one is of no account any more. */
    private static Optional<PathEvidence> lastSession(ConnectionCase connection) {
        return connection
                .all(PathEvidence.class)
                .filter(piece -> piece instanceof ProxyTlsFailed || piece instanceof ProxyTlsFinished)
                .reduce((earlier, later) -> later);
    }

    /** Whatever ends the connection after an alert or answer from behind the proxy follows from that. */
    private static boolean spokeBehindTheProxy(ConnectionCase connection) {
        return connection.first(Answered.class).isPresent()
                || connection.all(AlertSeen.class).anyMatch(alert -> alert.sender() == Sender.PEER)
                || connection
                        .all(HandshakeFailed.class)
                        .anyMatch(failed -> failed.failure().kind() == FailureKind.ALERT);
    }

    private Optional<Finding> failed(ConnectionCase connection, ProxyTlsFailed failed) {
        String proxy = failed.proxy();
        String nothing = "TLS with the proxy " + proxy + " fails, so nothing got through to "
                + connection.setup().replica() + ": ";
        return switch (failed.failure().kind()) {
            case UNTRUSTED, OTHER_NAME ->
                finding(
                        Confidence.CERTAIN,
                        nothing + "the certificate that the proxy shows" + shown(failed.chain())
                                + " is not accepted here (" + failed.failure().text() + ").",
                        failed.failure().kind() == FailureKind.OTHER_NAME
                                ? "Name the proxy in its settings as its certificate does, or have its certificate name "
                                        + proxy.substring(0, proxy.lastIndexOf(':')) + "."
                                : "Trust the authority that issued the proxy's certificate in the settings for the proxy"
                                        + " (the replica's authorities do not count there), and check that the"
                                        + " certificate names " + proxy.substring(0, proxy.lastIndexOf(':')) + ".",
                        List.of(failed));
            case ALERT ->
                finding(
                        Confidence.CERTAIN,
                        nothing + "the proxy ended it with an alert ("
                                + failed.failure().text() + ")" + certificate(failed) + ".",
                        failed.certificateAsked()
                                ? "Configure a client certificate for the proxy " + proxy + " that it accepts."
                                : "Check which TLS versions and cipher suites the proxy " + proxy + " accepts.",
                        List.of(failed));
            case NAME_UNKNOWN,
                    REFUSED,
                    UNREACHABLE,
                    TIMED_OUT,
                    RESET,
                    CLOSED,
                    BROKEN_PIPE,
                    STREAM_REFUSED,
                    TLS,
                    HTTP,
                    OTHER ->
                finding(
                        Confidence.LIKELY,
                        nothing + failed.failure().text() + certificate(failed) + ".",
                        // Who asked for a certificate speaks TLS.
                        failed.certificateAsked()
                                ? "Configure a client certificate for the proxy " + proxy + " that it accepts."
                                : "Check that " + proxy + " is the port on which the proxy speaks TLS; most proxies are"
                                        + " spoken to in the clear, with http:// in place of https://.",
                        List.of(failed));
            case CANCELLED -> Optional.empty();
        };
    }

    /** Under TLS 1.3 a proxy refuses our certificate after the handshake is over for us, and not every one says so. */
    private Optional<Finding> endedOverCertificate(ConnectionCase connection) {
        Optional<TunnelFailed> failure = LastConnect.failure(connection)
                .filter(failed ->
                        failed.received().isEmpty() && failed.failure().kind().endedByPeer());
        return connection
                .last(ProxyTlsFinished.class)
                .filter(finished -> finished.certificateAsked() && failure.isPresent())
                .flatMap(finished -> finding(
                        Confidence.LIKELY,
                        "The proxy " + finished.proxy() + " asked for a client certificate, "
                                + (finished.certificateSent() ? "was sent one" : "was sent none")
                                + ", and then ended the connection without an answer to CONNECT for "
                                + connection.setup().replica() + ".",
                        "Configure a client certificate for the proxy " + finished.proxy() + " that it accepts.",
                        List.of(finished, failure.orElseThrow())));
    }

    private static String certificate(ProxyTlsFailed failed) {
        if (!failed.certificateAsked()) {
            return "";
        }
        return failed.certificateSent()
                ? "; it had asked for a client certificate and was sent one"
                : "; it had asked for a client certificate and was sent none";
    }

    private static String shown(List<CertificateFacts> chain) {
        return chain.isEmpty()
                ? ""
                : ", " + chain.get(0).subject() + " by " + chain.get(0).issuer() + ",";
    }
}
