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
import throughline.primary.evidence.PathEvidence.LoginFailed;
import throughline.primary.evidence.PathEvidence.SocksAnswered;
import throughline.primary.evidence.PathEvidence.SocksStep;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.PathEvidence.TunnelFailed;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.Witness;

/** The proxy was asked for a tunnel and gave none. */
final class TunnelRefused extends Rule {
    private static final int NOT_ALLOWED = 2;
    private static final int SIGN_IN = 511;
    private static final int TOO_MANY = 429;

    /** What a web server says to CONNECT, and hardly a proxy: malformed, unauthorised at a site, unknown method. */
    private static final Set<Integer> OF_A_WEB_SERVER = Set.of(400, 401, 405, 501, 505);

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
        // What was said to its demand was not answered: that is more than the demand.
        if (connection
                .first(LoginFailed.class)
                .filter(login -> login.failure().kind().endedByPeer())
                .isPresent()) {
            return Optional.empty();
        }
        return LastConnect.answer(connection)
                .filter(answer -> !answer.opened() && (answer.status() < 500 || isOfItsOwn(answer)))
                .flatMap(answer -> claim(
                        connection,
                        Confidence.CERTAIN,
                        "it answered CONNECT with "
                                + (answer.status() + " " + answer.reason()).strip()
                                + (answer.body().isBlank() ? "" : ", saying \"" + PageText.of(answer.body()) + "\""),
                        answer.target(),
                        answer))
                .or(() -> LastConnect.socksAnswer(connection)
                        .filter(TunnelRefused::refusesItself)
                        .flatMap(answer -> claim(
                                connection,
                                answer.code() == NOT_ALLOWED ? Confidence.CERTAIN : Confidence.LIKELY,
                                "it answered CONNECT with " + SocksAnswered.meaning(answer.code()),
                                answer.target(),
                                answer)))
                .or(() -> LastConnect.failure(connection)
                        .filter(failed ->
                                (failed.failure().kind() != FailureKind.TIMED_OUT || speaksNoSocks(connection, failed))
                                        && failed.failure().kind() != FailureKind.CANCELLED)
                        .flatMap(failed -> claim(
                                connection, Confidence.LIKELY, words(connection, failed), failed.target(), failed)));
    }

    /** A SOCKS proxy that did not even answer to the first message. */
    static boolean speaksNoSocks(ConnectionCase connection, TunnelFailed failed) {
        return isSocks(connection, failed.target())
                && connection
                        .all(SocksAnswered.class)
                        .noneMatch(answer -> answer.target().equals(failed.target()));
    }

    private static boolean isSocks(ConnectionCase connection, String target) {
        return AskedProxy.of(connection, target).startsWith("socks5");
    }

    private static String words(ConnectionCase connection, TunnelFailed failed) {
        return speaksNoSocks(connection, failed)
                ? "what answers there does not speak SOCKS 5 ("
                        + failed.failure().text() + ")"
                : failed.text();
    }

    /** Codes that do not speak of the way onward (RFC 1928 section 6); those beyond the list say nothing more. */
    private static boolean refusesItself(SocksAnswered answer) {
        return answer.step() == SocksStep.CONNECT && answer.adverse() && !TunnelUpstreamFailed.failedOnward(answer);
    }

    /**
     * Server errors that do not speak of the way onward: 501 and 505 say that whoever answered does not know CONNECT at all,
     * 511 that somebody has to sign in to the network first (RFC 6585 section 6).
     */
    static boolean isOfItsOwn(TunnelAnswered answer) {
        return answer.status() == 501 || answer.status() == 505 || answer.status() == SIGN_IN;
    }

    private Optional<Finding> claim(
            ConnectionCase connection, Confidence confidence, String observed, String target, Evidence because) {
        String proxy = AskedProxy.of(connection, target);
        return finding(
                confidence,
                "The proxy " + proxy + " does not open a tunnel to " + target + ": " + observed + ".",
                because instanceof TunnelFailed failed
                        ? otherKind(connection, proxy, failed)
                        : because instanceof TunnelAnswered answer
                                ? byStatus(proxy, answer)
                                : allow(proxy, target) + " Check also that " + proxy + " is a SOCKS proxy port.",
                List.of(because));
    }

    private static String byStatus(String proxy, TunnelAnswered answer) {
        if (answer.status() == SIGN_IN || (answer.status() >= 300 && answer.status() <= 399)) {
            return "It wants somebody to sign in first: open any http:// page in a browser that uses the proxy " + proxy
                    + Optional.ofNullable(answer.headers().get("location"))
                            .map(page -> "; it sends to " + page)
                            .orElse("")
                    + ". Or have it let this machine through to " + answer.target() + " without.";
        }
        if (answer.status() == TOO_MANY) {
            return "Wait, and see on the proxy " + proxy + " how many requests or connections it allows this machine.";
        }
        if (OF_A_WEB_SERVER.contains(answer.status())) {
            return "Check that " + proxy
                    + " is an HTTP proxy port: it answered as a web server does. If it is one, allow" + " CONNECT to "
                    + answer.target() + " there.";
        }
        return allow(proxy, answer.target()) + " Check also that " + proxy + " is an HTTP proxy port.";
    }

    private static String allow(String proxy, String target) {
        return "On the proxy " + proxy + ", allow CONNECT to " + target
                + (target.endsWith(":443") ? "." : "; many proxies allow it only for port 443.");
    }

    /** Without an answer of its kind, the likeliest is another kind of proxy, or none: no rule of access helps there. */
    private static String otherKind(ConnectionCase connection, String proxy, TunnelFailed failed) {
        String other = isSocks(connection, failed.target())
                ? " is a SOCKS 5 proxy port; an HTTP proxy is named with http://."
                : " is an HTTP proxy port; "
                        + (proxy.startsWith("https://")
                                ? ""
                                : "a proxy that speaks TLS itself is named with https://, ")
                        + "a SOCKS proxy with socks5h://.";
        return "Check that " + proxy + other + " If it is, see what its log says of CONNECT to " + failed.target()
                + ", and allow it there.";
    }
}
