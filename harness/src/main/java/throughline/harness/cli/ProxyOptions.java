package throughline.harness.cli;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import throughline.identity.CredentialFiles;
import throughline.identity.Credentials;
import throughline.identity.UnusableIdentityException;
import throughline.primary.dial.AuthenticationScheme;
import throughline.primary.dial.Netrc;
import throughline.primary.dial.PacException;
import throughline.primary.dial.PacScript;
import throughline.primary.dial.ProxyAuthentication;
import throughline.primary.dial.ProxyCredentialsFile;
import throughline.primary.dial.ProxyCredentialsSource;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.dial.ProxySettings.HttpsConnect;
import throughline.primary.dial.ProxyTls;

/** Through which proxies, and who we are to them: the same options on every command that reaches a replica. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields before they are read
final class ProxyOptions {
    private static final String SCRIPT = "pac:";
    private static final String SYSTEM = "system";

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            defaultValue = "environment",
            description =
                    "http://host:port, https://host:port or socks5h://host:port; two of them with a comma in between, the"
                            + " second asked through the first; direct, pac:FILE-OR-URL (a script that is asked), system"
                            + " (as the JVM is told) or environment (the default): HTTPS_PROXY, ALL_PROXY and NO_PROXY as"
                            + " curl reads them.")
    private String proxy;

    @Option(
            names = "--pac-proxy",
            paramLabel = "URL",
            description =
                    "The proxy that the credentials, the schemes and the trust given here are for, should --proxy pac:"
                            + " or --proxy system name it. Others that they name get none.")
    private @Nullable String pacProxy;

    @Option(names = "--bypass-proxy", description = "Reaches this replica directly, whatever proxy is given.")
    private boolean bypass;

    @Option(
            names = "--proxy-credentials-file",
            split = ",",
            paramLabel = "FILE",
            description = "User name and password for the proxy, a line each; for two proxies, two files.")
    private List<Path> files = List.of();

    @Option(
            names = "--proxy-credentials-variables",
            split = ",",
            paramLabel = "NAME",
            description = "Two variables of the environment, with the user name and with the password for the proxy.")
    private List<String> variables = List.of();

    @Option(
            names = "--proxy-netrc",
            paramLabel = "FILE",
            description = "A .netrc with user names and passwords, each for the proxy whose host it names.")
    private @Nullable Path netrc;

    @Option(
            names = "--proxy-authentication",
            split = ",",
            paramLabel = "SCHEME",
            description = "How the proxy may be told who this is: basic, digest, ntlm, negotiate"
                    + " (default: basic,digest). Unless they are named here, ntlm and negotiate are not used.")
    private List<String> schemes = List.of();

    @Option(
            names = "--proxy-trust",
            paramLabel = "FILE",
            description = "Authorities to trust for an https proxy itself: a PEM bundle or PKCS#12."
                    + " By default, those of the Java platform.")
    private @Nullable Path trust;

    @Option(
            names = "--proxy-cert",
            paramLabel = "FILE",
            description = "Own certificate for an https proxy: a PEM chain, with its key in the same file or in"
                    + " --proxy-key, or PKCS#12. The replica's is never shown to a proxy.")
    private @Nullable Path certificate;

    @Option(names = "--proxy-key", paramLabel = "FILE", description = "The PEM key of --proxy-cert.")
    private @Nullable Path key;

    @Option(
            names = "--proxy-password-file",
            paramLabel = "FILE",
            description = "The password of --proxy-cert or its key is its first line.")
    private @Nullable Path passwordFile;

    private final Map<Path, ProxyCredentialsSource> opened = new HashMap<>();
    private @Nullable Netrc readNetrc;

    /** The way to this host. What is discovered depends on whom it leads to. */
    ProxySettings settings(String host, int port) throws BadInputException, PacException {
        checkWords();
        if (bypass) {
            return ProxySettings.direct();
        }
        if (proxy.startsWith(SCRIPT)) {
            return asked(script(), host, port);
        }
        ProxySettings way = Addresses.proxy(proxy, host, port);
        return proxy.equals(SYSTEM) ? named(way) : known(way);
    }

    /** What belongs to one proxy is not for whichever a script names. */
    private PacScript script() throws BadInputException {
        try {
            PacScript script = PacScript.parse(proxy.substring(SCRIPT.length()));
            return pacProxy == null
                    ? script
                    : script.knowing(known(ProxySettings.parse(pacProxy)).hops().toArray(Hop[]::new));
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--proxy pac: or --pac-proxy: " + e.getMessage());
        }
    }

    /** What is for one proxy is not for whichever the JVM is told. */
    private ProxySettings named(ProxySettings way) throws BadInputException {
        if (pacProxy == null) {
            return way;
        }
        try {
            List<Hop> ours = known(ProxySettings.parse(pacProxy)).hops();
            List<ProxySettings> ways = new ArrayList<>();
            List<ProxySettings> found = way instanceof ProxySettings.FirstOf several ? several.ways() : List.of(way);
            for (ProxySettings one : found) {
                ways.add(ours.stream()
                        .filter(hop -> one instanceof Hop other && hop.url().equalsIgnoreCase(other.url()))
                        .map(ProxySettings.class::cast)
                        .findFirst()
                        .orElse(one));
            }
            return ways.size() == 1 ? ways.get(0) : new ProxySettings.FirstOf(ways);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--pac-proxy: " + e.getMessage());
        }
    }

    private static ProxySettings asked(PacScript script, String host, int port) throws BadInputException, PacException {
        try {
            return script.settings(host, port);
        } catch (PacException e) {
            if (e.isOfPath()) {
                throw e;
            }
            throw new BadInputException("--proxy pac: " + e.getMessage());
        }
    }

    /** What is for a proxy is refused where it is said that there is none: it would be lost without a word. */
    private void checkWords() throws BadInputException {
        List<String> forAProxy = new ArrayList<>(sources());
        if (!schemes.isEmpty()) {
            forAProxy.add("--proxy-authentication");
        }
        if (forTls()) {
            forAProxy.add(trust == null ? "--proxy-cert" : "--proxy-trust");
        }
        boolean discovered = proxy.startsWith(SCRIPT) || proxy.equals(SYSTEM);
        if (discovered && pacProxy == null && !forAProxy.isEmpty()) {
            throw new BadInputException(String.join(", ", forAProxy) + " for a proxy that "
                    + (proxy.equals(SYSTEM) ? "the JVM is told" : "a script names")
                    + "; accepted is one beside --pac-proxy http://host:port");
        }
        if (pacProxy != null && !discovered) {
            throw new BadInputException(
                    "--pac-proxy without a script; accepted is one beside --proxy pac:FILE-OR-URL or --proxy system");
        }
        if ("direct".equals(pacProxy)) {
            throw new BadInputException("--pac-proxy direct, which is no proxy; accepted is http://host:port");
        }
        if (passwordFile != null && certificate == null) {
            throw new BadInputException("--proxy-password-file \"" + passwordFile
                    + "\" without --proxy-cert; accepted is one beside --proxy-cert FILE");
        }
        if (proxy.equals("direct") && !forAProxy.isEmpty()) {
            throw new BadInputException(
                    String.join(", ", forAProxy) + " without a proxy; accepted is one beside --proxy http://host:port");
        }
        if (sources().size() > 1) {
            throw new BadInputException(String.join(" and ", sources()) + " together; accepted is one of them");
        }
        if (!variables.isEmpty() && variables.size() != 2) {
            throw new BadInputException("--proxy-credentials-variables with " + variables.size()
                    + " names; accepted are two, USER,PASSWORD");
        }
        if (key != null && certificate == null) {
            throw new BadInputException("--proxy-key \"" + key
                    + "\" without --proxy-cert; accepted is --proxy-cert FILE [--proxy-key FILE]");
        }
    }

    private List<String> sources() {
        List<String> given = new ArrayList<>();
        if (!files.isEmpty()) {
            given.add("--proxy-credentials-file");
        }
        if (!variables.isEmpty()) {
            given.add("--proxy-credentials-variables");
        }
        if (netrc != null) {
            given.add("--proxy-netrc");
        }
        return given;
    }

    private boolean forTls() {
        return trust != null || certificate != null;
    }

    private ProxySettings known(ProxySettings way) throws BadInputException {
        List<Hop> hops = way.hops();
        if (hops.isEmpty()) {
            return way;
        }
        if (forTls() && hops.stream().noneMatch(HttpsConnect.class::isInstance)) {
            throw new BadInputException(
                    "--proxy-trust or --proxy-cert for a proxy that is not spoken to in TLS; accepted"
                            + " is one beside --proxy https://host:port");
        }
        boolean oneForTwo = hops.size() > 1 && !variables.isEmpty();
        boolean otherNumber = !files.isEmpty() && files.size() != hops.size();
        if (oneForTwo || otherNumber) {
            throw new BadInputException("credentials for another number of proxies than the " + hops.size()
                    + " on the way; accepted is --proxy-credentials-file with a file for each, or --proxy-netrc");
        }
        List<Hop> known = new ArrayList<>();
        for (int i = 0; i < hops.size(); i++) {
            checkNetrc(hops.get(i), hops.size());
            Hop hop = hops.get(i) instanceof HttpsConnect https && forTls() ? withTls(https) : hops.get(i);
            known.add(hop.as(authentication(hop, i)));
        }
        return known.size() == 1 ? known.get(0) : new ProxySettings.Chain(known.get(0), known.get(1));
    }

    /** A netrc without an entry for the proxy would be lost, and a default one is for whoever is asked first. */
    private void checkNetrc(Hop hop, int hops) throws BadInputException {
        if (netrc().isEmpty()) {
            return;
        }
        try {
            if (hops > 1 && netrc().get().hasOnlyDefaultFor(hop.host())) {
                throw new BadInputException(
                        "--proxy-netrc \"" + netrc + "\" with a default entry for one of two proxies;"
                                + " accepted is an entry \"machine " + hop.host() + "\"");
            }
            if (hops == 1 && netrc().get().source(hop.host()).credentials().isEmpty()) {
                throw new BadInputException("--proxy-netrc \"" + netrc + "\" has no login and password for "
                        + hop.host() + "; accepted is an entry \"machine " + hop.host() + " login ... password ...\"");
            }
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }

    /** One for all proxies: a pipe can be read only once. */
    private Optional<Netrc> netrc() {
        if (readNetrc == null && netrc != null) {
            readNetrc = Netrc.in(netrc);
        }
        return Optional.ofNullable(readNetrc);
    }

    private Hop withTls(HttpsConnect proxy) throws BadInputException {
        try {
            Credentials own = new CredentialFiles(
                            Optional.ofNullable(certificate),
                            Optional.ofNullable(key),
                            Optional.ofNullable(passwordFile),
                            Optional.ofNullable(trust))
                    .read();
            return new HttpsConnect(
                    proxy.host(), proxy.port(), proxy.authentication(), new ProxyTls(own.trust(), own.identity()));
        } catch (UnusableIdentityException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }

    private ProxyAuthentication authentication(Hop hop, int number) throws BadInputException {
        Optional<ProxyCredentialsSource> source = source(hop, number);
        if (source.isPresent()) {
            try {
                source.get().credentials();
            } catch (UncheckedIOException | IllegalArgumentException e) {
                throw new BadInputException(String.valueOf(e.getMessage()));
            }
        }
        ProxyAuthentication who = source.map(ProxyAuthentication::from).orElseGet(hop::authentication);
        if (schemes.isEmpty()) {
            return who;
        }
        List<AuthenticationScheme> chosen = Choices.of(
                "--proxy-authentication",
                schemes,
                List.of(AuthenticationScheme.values()),
                scheme -> scheme.name().toLowerCase(Locale.ROOT),
                AuthenticationScheme::named);
        if (source.isEmpty() && !hop.hasCredentials() && !chosen.contains(AuthenticationScheme.NEGOTIATE)) {
            throw new BadInputException("--proxy-authentication " + String.join(",", schemes)
                    + " without credentials; accepted is one beside --proxy-credentials-file,"
                    + " --proxy-credentials-variables or --proxy-netrc");
        }
        return who.using(chosen.get(0), chosen.toArray(AuthenticationScheme[]::new));
    }

    private Optional<ProxyCredentialsSource> source(Hop hop, int number) {
        if (!files.isEmpty()) {
            return Optional.of(opened.computeIfAbsent(files.get(number), ProxyCredentialsFile::twoLines));
        }
        if (!variables.isEmpty()) {
            return Optional.of(ProxyCredentialsSource.variables(System.getenv(), variables.get(0), variables.get(1)));
        }
        return netrc().map(known -> known.source(hop.host()));
    }
}
