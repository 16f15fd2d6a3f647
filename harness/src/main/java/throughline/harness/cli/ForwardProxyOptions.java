package throughline.harness.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import throughline.harness.middlebox.AccessList;
import throughline.harness.middlebox.LoginScheme;
import throughline.harness.middlebox.ParentProxy;
import throughline.harness.middlebox.Routes;
import throughline.harness.middlebox.SocksSettings;
import throughline.harness.middlebox.TunnelSettings;
import throughline.identity.Identity;

/** What a tunnel, or the one that is asked with SOCKS, wants of its clients and where it leads. */
final class ForwardProxyOptions {
    @Option(
            names = "--credentials-file",
            paramLabel = "FILE",
            description = "Wants credentials: the user name is its first line, the password its second.")
    private @Nullable Path credentials;

    @Option(
            names = "--login",
            split = ",",
            paramLabel = "SCHEME",
            description = "By which schemes a tunnel wants them, offered in this order: basic, digest-md5,"
                    + " digest-sha-256 (default: basic).")
    private List<String> schemes = List.of();

    @Option(names = "--allow", split = ",", paramLabel = "HOST", description = "It connects to these hosts only.")
    private Set<String> allowed = Set.of();

    @Option(names = "--deny", split = ",", paramLabel = "HOST", description = "It does not connect to these hosts.")
    private Set<String> denied = Set.of();

    @Option(names = "--tls-listen", description = "A tunnel that is spoken to in TLS; it shows --cert.")
    private boolean tls;

    @Option(
            names = "--parent",
            paramLabel = "HOST:PORT",
            description = "The next proxy, which a tunnel asks with CONNECT for everything.")
    private @Nullable String parent;

    @Option(
            names = "--parent-credentials-file",
            paramLabel = "FILE",
            description = "What it tells that proxy, by Basic; as --credentials-file.")
    private @Nullable Path parentCredentials;

    @Option(names = "--answer-first", description = "A tunnel that says 200 before it has reached anybody.")
    private boolean answersFirst;

    TunnelSettings tunnel(Routes routes, boolean fixed, Optional<Identity> shown) throws BadInputException {
        require(
                schemes.isEmpty() || credentials != null,
                "--login without --credentials-file; accepted is --credentials-file FILE with it");
        require(parent == null || !answersFirst, "--answer-first with --parent; accepted is one of them");
        require(parent == null || !fixed, "--to with --parent; accepted is one of them");
        require(
                tls == shown.isPresent(),
                "a tunnel shows a certificate in TLS only; accepted is --tls-listen with --cert FILE [--key FILE]");
        TunnelSettings.Builder settings = TunnelSettings.builder(routes);
        allowed.forEach(settings::allow);
        denied.forEach(settings::deny);
        shown.ifPresent(settings::tls);
        if (credentials != null) {
            settings.credentials(LoginFile.read("--credentials-file", credentials));
            settings.schemes(schemes().toArray(LoginScheme[]::new));
        }
        parent().ifPresent(settings::parent);
        return (answersFirst ? settings.answersBeforeDialling() : settings).build();
    }

    SocksSettings socks(Routes routes) throws BadInputException {
        SocksSettings settings = SocksSettings.open(routes).access(new AccessList(allowed, denied));
        return credentials == null ? settings : settings.credentials(LoginFile.read("--credentials-file", credentials));
    }

    private List<LoginScheme> schemes() throws BadInputException {
        return schemes.isEmpty()
                ? List.of(LoginScheme.BASIC)
                : Choices.of(
                        "--login",
                        schemes,
                        List.of(LoginScheme.values()),
                        ForwardProxyOptions::word,
                        given -> List.of(LoginScheme.values()).stream()
                                .filter(scheme -> word(scheme).equals(given))
                                .findFirst());
    }

    private Optional<ParentProxy> parent() throws BadInputException {
        require(
                parent != null || parentCredentials == null,
                "--parent-credentials-file without --parent; accepted is --parent HOST:PORT with it");
        if (parent == null) {
            return Optional.empty();
        }
        return Optional.of(new ParentProxy(
                Addresses.target("--parent", parent),
                parentCredentials == null
                        ? Optional.empty()
                        : Optional.of(LoginFile.read("--parent-credentials-file", parentCredentials))));
    }

    private static String word(LoginScheme scheme) {
        return scheme.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void require(boolean met, String sentence) throws BadInputException {
        if (!met) {
            throw new BadInputException(sentence);
        }
    }
}
