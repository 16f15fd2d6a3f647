package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.Witness;

/** The proxy was asked for a tunnel and gave none. */
final class TunnelRefused extends Rule {
    TunnelRefused() {
        super(
                "tunnel.refused",
                "the proxy refuses to open a tunnel to the replica",
                Phase.TUNNEL,
                Set.of(Witness.DIALER),
                Set.of("tunnel.auth-required", "tunnel.upstream-failed"));
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return LastConnect.answer(connection)
                .filter(answer -> !answer.opened() && (answer.status() < 500 || knowsNoTunnels(answer)))
                .flatMap(answer -> claim(
                        connection,
                        Confidence.CERTAIN,
                        "it answered CONNECT with "
                                + (answer.status() + " " + answer.reason()).strip()
                                + (answer.body().isBlank() ? "" : ", saying \"" + PageText.of(answer.body()) + "\""),
                        answer))
                .or(() -> LastConnect.failure(connection)
                        .filter(failed -> failed.failure().kind() != FailureKind.TIMED_OUT
                                && failed.failure().kind() != FailureKind.CANCELLED)
                        .flatMap(failed -> claim(connection, Confidence.LIKELY, failed.text(), failed)));
    }

    /** 501 and 505 say that whoever answered does not know CONNECT at all: hardly a proxy. */
    static boolean knowsNoTunnels(TunnelAnswered answer) {
        return answer.status() == 501 || answer.status() == 505;
    }

    private Optional<Finding> claim(
            ConnectionCase connection, Confidence confidence, String observed, Evidence because) {
        String proxy = connection.setup().proxy().orElse("the proxy");
        return finding(
                confidence,
                "The proxy " + proxy + " does not open a tunnel to "
                        + connection.setup().replica() + ": " + observed + ".",
                "On the proxy " + proxy + ", allow CONNECT to "
                        + connection.setup().replica()
                        + "; many proxies allow it only for port 443. Check also that " + proxy
                        + " is an HTTP proxy port.",
                List.of(because));
    }
}
