package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.SocksAnswered;
import throughline.primary.evidence.PathEvidence.SocksStep;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.Witness;

/** The proxy tried, and did not get through to the replica. */
final class TunnelUpstreamFailed extends Rule {
    private static final int CONNECTION_REFUSED = 5;

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
                .filter(answer -> answer.status() >= 500 && answer.status() <= 599 && !TunnelRefused.isOfItsOwn(answer))
                .flatMap(answer -> claim(
                        connection,
                        confidence(answer),
                        "it answered CONNECT with " + (answer.status() + " " + answer.reason()).strip()
                                + saying(answer),
                        answer.target(),
                        answer))
                .or(() -> LastConnect.socksAnswer(connection)
                        .filter(TunnelUpstreamFailed::failedOnward)
                        .flatMap(answer -> claim(
                                connection,
                                answer.code() == CONNECTION_REFUSED ? Confidence.CERTAIN : Confidence.LIKELY,
                                "it answered CONNECT with " + SocksAnswered.meaning(answer.code()),
                                answer.target(),
                                answer)))
                .or(() -> LastConnect.failure(connection)
                        .filter(failed -> failed.failure().kind() == FailureKind.TIMED_OUT
                                && !TunnelRefused.speaksNoSocks(connection, failed))
                        .flatMap(failed -> claim(
                                connection,
                                Confidence.LIKELY,
                                failed.received().isEmpty()
                                        ? "it accepted the connection but never answered CONNECT"
                                        : "it began an answer to CONNECT and did not end it within the limit",
                                failed.target(),
                                failed)));
    }

    /** Network or host unreachable, refused, out of hops (RFC 1928 section 6). */
    static boolean failedOnward(SocksAnswered answer) {
        return answer.step() == SocksStep.CONNECT && answer.code() >= 3 && answer.code() <= 6;
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
            ConnectionCase connection, Confidence confidence, String observed, String target, Evidence because) {
        String proxy = AskedProxy.of(connection, target);
        return finding(
                confidence,
                "The proxy " + proxy + " was reached but did not get through to " + target + ": " + observed + ".",
                namesCertificates(because)
                        ? exempt(connection) + " Otherwise, on" + reachable(proxy, target)
                        : "On" + reachable(proxy, target)
                                + (mayInspect(connection, because, target) ? " " + exempt(connection) : ""),
                List.of(because));
    }

    /** What SOCKS says of the way onward, or a proxy of the one behind it, is not about TLS with the replica. */
    private static boolean mayInspect(ConnectionCase connection, Evidence because, String target) {
        return !(because instanceof SocksAnswered)
                && target.equals(connection.setup().replica());
    }

    /** Only the order of the advice hangs on it: a page may be in any language. */
    private static boolean namesCertificates(Evidence because) {
        return because instanceof TunnelAnswered answer
                && answer.body().toLowerCase(Locale.ROOT).contains("certificate");
    }

    private static String reachable(String proxy, String target) {
        return " the machine of the proxy " + proxy + ", check that " + target.substring(0, target.lastIndexOf(':'))
                + " resolves and that port " + target.substring(target.lastIndexOf(':') + 1) + " can be connected.";
    }

    private static String exempt(ConnectionCase connection) {
        return "If the proxy inspects HTTPS, exempt " + connection.setup().host()
                + ": some fail the CONNECT when the replica demands a client certificate.";
    }
}
