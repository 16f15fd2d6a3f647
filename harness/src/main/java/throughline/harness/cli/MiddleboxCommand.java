package throughline.harness.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import throughline.certs.CertificateAuthority;
import throughline.harness.middlebox.AccessList;
import throughline.harness.middlebox.Adversity;
import throughline.harness.middlebox.AdversityKind;
import throughline.harness.middlebox.Inspector;
import throughline.harness.middlebox.InspectorMode;
import throughline.harness.middlebox.InspectorSettings;
import throughline.harness.middlebox.Listening;
import throughline.harness.middlebox.LoadBalancer;
import throughline.harness.middlebox.LoadBalancerSettings;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.MiddleboxKind;
import throughline.harness.middlebox.Passage;
import throughline.harness.middlebox.Relay;
import throughline.harness.middlebox.RelaySettings;
import throughline.harness.middlebox.Routes;
import throughline.harness.middlebox.SocksSettings;
import throughline.harness.middlebox.SocksTunnel;
import throughline.harness.middlebox.Tunnel;
import throughline.harness.middlebox.TunnelSettings;
import throughline.harness.middlebox.WhenClientCertificateDemanded;
import throughline.identity.Credentials;
import throughline.identity.Pem;
import throughline.identity.UnusableIdentityException;

/** Runs one middlebox until ^C. */
@Command(
        name = "middlebox",
        mixinStandardHelpOptions = true,
        description = {
            "Runs one middlebox in the foreground, until ^C: one line for each connection that has ended.",
            "The kinds and adversities are in: throughline list"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class MiddleboxCommand implements Callable<Integer> {
    private static final Duration CLOSED_WITHIN = Duration.ofMillis(900);

    @Parameters(index = "0", paramLabel = "KIND", description = "Which kind; throughline list shows them.")
    private String kind;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:0",
            description = "Where to listen; port 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private String listen;

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            description = "Where everything goes; without it, where the name leads that the client asks for.")
    private String to;

    @Option(
            names = "--adversity",
            paramLabel = "WORD[:VALUE]...",
            description = "How it misbehaves, such as cut:4096:to-replica; may be given several times.")
    private List<String> adversities = List.of();

    @Option(
            names = "--allow",
            split = ",",
            paramLabel = "HOST",
            description = "A tunnel or socks connects to these hosts only.")
    private Set<String> allowed = Set.of();

    @Option(names = "--deny", split = ",", paramLabel = "HOST", description = "It does not connect to these hosts.")
    private Set<String> denied = Set.of();

    @Option(
            names = "--when-demanded",
            paramLabel = "WORD",
            defaultValue = "answer-502",
            description = "What an inspector does when the replica demands a client certificate"
                    + " (default: ${DEFAULT-VALUE}).")
    private String whenDemanded;

    @Option(
            names = "--ca-out",
            paramLabel = "FILE",
            description = "Where an inspector writes the certificate of its authority, which is new in every run.")
    private Path authorityFile;

    @Mixin
    private IdentityOptions identity;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws BadInputException, InterruptedException {
        Terminal terminal = Terminal.of(spec.commandLine());
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (Middlebox box = open(terminal)) {
            Runtime.getRuntime().addShutdownHook(Interruption.thread(asked::countDown, closed, CLOSED_WITHIN));
            terminal.out().println("A " + box.kind().id() + " at " + Addresses.text(box.address()) + ". ^C ends it.");
            terminal.out().flush();
            asked.await();
        } finally {
            closed.countDown();
        }
        return ExitCode.OK.code();
    }

    private Middlebox open(Terminal terminal) throws BadInputException {
        MiddleboxKind chosen = MiddleboxKind.find(kind)
                .orElseThrow(() -> new BadInputException("middlebox \"" + kind + "\"; accepted are "
                        + String.join(
                                ", ",
                                Arrays.stream(MiddleboxKind.values())
                                        .map(MiddleboxKind::id)
                                        .toList())));
        try {
            Listening listening = Listening.onLoopback()
                    .at(Addresses.listen(listen))
                    .with(adversities())
                    .whenEnded(passage -> print(passage, terminal));
            return open(chosen, listening);
        } catch (IllegalArgumentException | UncheckedIOException refused) {
            throw new BadInputException(String.valueOf(refused.getMessage()));
        }
    }

    private Middlebox open(MiddleboxKind chosen, Listening listening) throws BadInputException {
        return switch (chosen) {
            case RELAY -> Relay.open(relay(), listening);
            case TUNNEL -> Tunnel.open(tunnel(), listening);
            case SOCKS_TUNNEL ->
                SocksTunnel.open(SocksSettings.open(routes()).access(new AccessList(allowed, denied)), listening);
            case INSPECTOR -> Inspector.open(inspector(InspectorMode.EXPLICIT), listening);
            case TRANSPARENT_INSPECTOR -> Inspector.open(inspector(InspectorMode.TRANSPARENT), listening);
            case LOAD_BALANCER -> LoadBalancer.open(loadBalancer(), listening);
        };
    }

    private List<Adversity> adversities() {
        List<Adversity> read = new ArrayList<>();
        adversities.forEach(given -> read.add(AdversityKind.parse(given)));
        return read;
    }

    /** A transparent box asks the resolver of this machine, which must not lead back to it. */
    private Routes routes() throws BadInputException {
        if (to == null) {
            return Routes.resolved();
        }
        InetSocketAddress target = Addresses.target(to);
        return (host, port) -> Optional.of(target);
    }

    private RelaySettings relay() throws BadInputException {
        return to == null ? RelaySettings.byServerName(Routes.resolved()) : RelaySettings.to(Addresses.target(to));
    }

    private TunnelSettings tunnel() throws BadInputException {
        TunnelSettings.Builder settings = TunnelSettings.builder(routes());
        allowed.forEach(settings::allow);
        denied.forEach(settings::deny);
        return settings.build();
    }

    private InspectorSettings inspector(InspectorMode mode) throws BadInputException {
        CertificateAuthority authority =
                CertificateAuthority.root("Throughline Inspection Authority", InstantSource.system());
        if (authorityFile != null) {
            try {
                Files.writeString(authorityFile, Pem.encode(authority.certificate()));
            } catch (IOException e) {
                throw new BadInputException("--ca-out \"" + authorityFile + "\" cannot be written ("
                        + e.getClass().getSimpleName() + "); accepted is a file that can be made");
            }
        }
        InspectorSettings.Builder settings = InspectorSettings.builder(
                        routes(), authority, credentials().trust())
                .mode(mode)
                .whenClientCertificateDemanded(Choices.of(
                                "--when-demanded",
                                List.of(whenDemanded),
                                List.of(WhenClientCertificateDemanded.values()),
                                WhenClientCertificateDemanded::word,
                                word -> Arrays.stream(WhenClientCertificateDemanded.values())
                                        .filter(value -> value.word().equals(word))
                                        .findFirst())
                        .get(0));
        return settings.build();
    }

    private LoadBalancerSettings loadBalancer() throws BadInputException {
        Credentials shown = credentials();
        if (to == null || shown.identity().isEmpty()) {
            throw new BadInputException(
                    "a load-balancer stands before one replica and shows a certificate; accepted is --to HOST:PORT"
                            + " with --cert FILE [--key FILE] --trust FILE");
        }
        return new LoadBalancerSettings(
                routes(),
                Addresses.target(to).getHostString(),
                shown.identity().get(),
                Optional.empty(),
                shown.trust());
    }

    private Credentials credentials() throws BadInputException {
        try {
            return identity.source().current();
        } catch (UnusableIdentityException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }

    private static void print(Passage passage, Terminal terminal) {
        terminal.out()
                .println("#" + passage.id() + " " + Addresses.text(passage.client()) + " -> "
                        + passage.target().orElse("(not said)") + ": "
                        + passage.treatment().name().toLowerCase(Locale.ROOT) + ", "
                        + passage.bytesFromClient() + " bytes up, " + passage.bytesToClient() + " down"
                        + passage.note().map(note -> "; " + note).orElse(""));
        terminal.out().flush();
    }
}
