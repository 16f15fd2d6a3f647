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

/** The proxy tried, and did not get through to the replica. */
final class TunnelUpstreamFailed extends Rule {
    TunnelUpstreamFailed() {
        super(
                "tunnel.upstream-failed",
                "the proxy cannot get through to the replica",
                Phase.TUNNEL,
                Set.of(Witness.DIALER),
                Set.of("tls.inspected"));
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return LastConnect.answer(connection)
                .filter(answer ->
                        answer.status() >= 500 && answer.status() <= 599 && !TunnelRefused.knowsNoTunnels(answer))
                .flatMap(answer -> claim(
                        connection,
                        confidence(answer),
                        "it answered CONNECT with " + (answer.status() + " " + answer.reason()).strip()
                                + saying(answer),
                        answer))
                .or(() -> LastConnect.failure(connection)
                        .filter(failed -> failed.failure().kind() == FailureKind.TIMED_OUT)
                        .flatMap(failed -> claim(
                                connection,
                                Confidence.LIKELY,
                                "it accepted the connection but never answered CONNECT",
                                failed)));
    }

    /**
     * 504 is defined as the next server's failure and used for nothing else (RFC 9110 section 15.6.5). So is 502, but
     * Forefront TMG answers with it as well when it forbids the port, or inspects and cannot show a client certificate;
     * other products use 500 and 503.
     */
    private static Confidence confidence(TunnelAnswered answer) {
        return answer.status() == 504 ? Confidence.CERTAIN : Confidence.LIKELY;
    }

    private static String saying(TunnelAnswered answer) {
        return answer.body().isBlank() ? "" : ", saying \"" + PageText.of(answer.body()) + "\"";
    }

    private Optional<Finding> claim(
            ConnectionCase connection, Confidence confidence, String observed, Evidence because) {
        String proxy = connection.setup().proxy().orElse("the proxy");
        String replica = connection.setup().replica();
        return finding(
                confidence,
                "The proxy " + proxy + " was reached but did not get through to " + replica + ": " + observed + ".",
                "On the machine of the proxy " + proxy + ", check that "
                        + connection.setup().host()
                        + " resolves and that port " + connection.setup().port()
                        + " can be connected. If the proxy inspects HTTPS, exempt "
                        + connection.setup().host()
                        + ": some fail the CONNECT when the replica demands a client certificate.",
                List.of(because));
    }
}
