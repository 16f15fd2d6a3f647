package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.PathEvidence.CredentialsWithheld;
import throughline.primary.evidence.PathEvidence.LoginFailed;
import throughline.primary.evidence.PathEvidence.SocksAnswered;
import throughline.primary.evidence.PathEvidence.SocksStep;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.Witness;

/** The proxy wants to know who asks (RFC 9110 section 15.5.8). */
final class TunnelAuthRequired extends Rule {
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private static final String WITHHELD =
            "it has refused those configured before, so that they are not sent again until they change";

    TunnelAuthRequired() {
        super(
                "tunnel.auth-required",
                "the proxy demands credentials, or refuses those it was given",
                Phase.TUNNEL,
                Set.of(Witness.DIALER),
                Set.of());
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        Optional<LoginFailed> login = connection.first(LoginFailed.class);
        if (login.isPresent()) {
            return claim(connection, login.get());
        }
        return LastConnect.answer(connection)
                .filter(answer -> answer.status() == PROXY_AUTHENTICATION_REQUIRED || refusesWith401(answer))
                .flatMap(answer -> claim(connection, answer))
                .or(() -> LastConnect.socksAnswer(connection)
                        .filter(answer -> answer.step() != SocksStep.CONNECT)
                        .filter(answer -> answer.adverse() || demandsAnother(answer) || isWithheld(connection))
                        .flatMap(answer -> claim(connection, answer)));
    }

    private Optional<Finding> claim(ConnectionCase connection, LoginFailed login) {
        if (login.failure().kind().endedByPeer()) {
            return finding(
                    Confidence.LIKELY,
                    "The proxy " + login.proxy()
                            + " ended the connection during the login, before it opened a tunnel to "
                            + connection.setup().replica() + " ("
                            + login.failure().text()
                            + "): most likely it refuses the credentials it was given.",
                    "Check the user and password for the proxy " + login.proxy() + ", and what its own log says of this"
                            + " login.",
                    List.of(login));
        }
        return finding(
                Confidence.CERTAIN,
                "The proxy " + login.proxy() + " demands a login before it opens a tunnel to "
                        + connection.setup().replica() + ", and the login came to nothing: "
                        + login.failure().text() + ".",
                "Check the user and password for the proxy " + login.proxy()
                        + "; for Negotiate, that there is a Kerberos"
                        + " ticket (klist shows it), that the KDC can be reached, and that it knows the proxy as HTTP/ and"
                        + " the name that is configured for it.",
                List.of(login));
    }

    private Optional<Finding> claim(ConnectionCase connection, SocksAnswered answer) {
        String proxy = AskedProxy.of(connection, answer.target());
        boolean refused = answer.credentialsSent();
        String configured = isWithheld(connection)
                ? WITHHELD
                : connection.setup().proxyCredentials() ? "user name and password are not it" : "none is configured";
        return finding(
                refused ? Confidence.CERTAIN : Confidence.LIKELY,
                refused
                        ? "The SOCKS proxy " + proxy + " refuses the user name and password it was given."
                        : "The SOCKS proxy " + proxy + " demands a way to authenticate before it opens a tunnel, and "
                                + configured + ".",
                (refused || isWithheld(connection)
                                ? "Correct user name and password for the proxy " + proxy
                                : connection.setup().proxyCredentials()
                                        ? "Have the proxy " + proxy + " accept user name and password (RFC 1929)"
                                        : "Configure user name and password for the proxy " + proxy)
                        + ", or have it let this machine through to " + answer.target() + ".",
                List.of(answer));
    }

    private Optional<Finding> claim(ConnectionCase connection, TunnelAnswered answer) {
        String proxy = AskedProxy.of(connection, answer.target());
        String offered = answer.headers().getOrDefault("proxy-authenticate", "no scheme");
        return answer.credentialsSent()
                ? finding(
                        Confidence.CERTAIN,
                        "The proxy " + proxy + " refuses the credentials it was given (" + answer.status()
                                + ", offered: " + offered + ").",
                        "Correct user name and password for the proxy " + proxy
                                + ", or have it let this machine through to " + answer.target() + ".",
                        List.of(answer))
                : finding(
                        Confidence.CERTAIN,
                        "The proxy " + proxy + " demands credentials before it opens a tunnel (407, offered: " + offered
                                + "), and "
                                + unsent(connection)
                                + ".",
                        remedy(connection, proxy, offered, answer) + ", or have it let this machine through to "
                                + answer.target() + " without.",
                        List.of(answer));
    }

    /** What is there already need not be configured: it is wrong, or may not be said in the way that is asked for. */
    private static String remedy(ConnectionCase connection, String proxy, String offered, TunnelAnswered because) {
        if (isWithheld(connection)) {
            return "Correct user name and password for the proxy " + proxy;
        }
        if (wasAnswered(connection, because)) {
            return "See what the log of the proxy " + proxy + " says of this login";
        }
        String named = Stream.of("negotiate", "ntlm")
                .filter(scheme -> Pattern.compile("(?i)(?:^|,\\s*)" + scheme + "(?![^\\s,])")
                        .matcher(offered)
                        .find())
                .collect(Collectors.joining(" or "));
        String scheme = named.isEmpty()
                ? ""
                : "name the scheme, which is not used otherwise: --proxy-authentication " + named
                        + ", in code ProxyAuthentication.using";
        if (!connection.setup().proxyCredentials()) {
            return "Configure credentials for the proxy " + proxy
                    + (offersMore(offered) || named.isEmpty() ? "" : " and " + scheme);
        }
        return named.isEmpty()
                ? "Have the proxy " + proxy + " offer Basic, or Digest with MD5, SHA-256 or SHA-512-256, and allow that"
                        + " for it here (--proxy-authentication)"
                : "For the proxy " + proxy + ", " + scheme;
    }

    /** It asks a second time: a scheme was named, begun, and got no further. */
    private static boolean wasAnswered(ConnectionCase connection, TunnelAnswered because) {
        return connection
                        .all(TunnelAnswered.class)
                        .filter(answer -> answer.target().equals(because.target()))
                        .count()
                > 1;
    }

    private static boolean offersMore(String offered) {
        return Pattern.compile("(?i)(?:^|,\\s*)(?:basic|digest)\\s")
                .matcher(offered)
                .find();
    }

    /** It took a way that was not offered, and nothing followed. */
    private static boolean demandsAnother(SocksAnswered answer) {
        return answer.step() == SocksStep.METHOD && answer.code() != 0;
    }

    /** Meant for the end of the way, and yet what tinyproxy 1.11 says of a wrong password. */
    private static boolean refusesWith401(TunnelAnswered answer) {
        return answer.status() == 401 && answer.credentialsSent();
    }

    private static String unsent(ConnectionCase connection) {
        if (isWithheld(connection)) {
            return WITHHELD;
        }
        return connection.setup().proxyCredentials()
                ? "those configured do not fit what it offers"
                : "none are configured";
    }

    private static boolean isWithheld(ConnectionCase connection) {
        return connection.first(CredentialsWithheld.class).isPresent();
    }
}
