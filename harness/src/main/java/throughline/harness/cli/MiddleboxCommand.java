package throughline.harness.cli;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import throughline.certs.CertificateAuthority;
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
import throughline.harness.middlebox.ProxyProtocol;
import throughline.harness.middlebox.Relay;
import throughline.harness.middlebox.RelaySettings;
import throughline.harness.middlebox.Routes;
import throughline.harness.middlebox.SocksTunnel;
import throughline.harness.middlebox.Tunnel;
import throughline.harness.middlebox.persona.AdversityFile;
import throughline.harness.middlebox.persona.Persona;
import throughline.harness.middlebox.persona.Personas;
import throughline.harness.middlebox.persona.UnusableFileException;
import throughline.identity.Identity;
import throughline.protocol.Excerpt;

/** Runs one middlebox until ^C. */
@Command(
        name = "middlebox",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Runs one middlebox in the foreground, until ^C: one line for each connection that has ended,",
            "with the bytes that it wrote up to the replica and down to the client.",
            "The kinds, personas and adversities are in: throughline list",
            "",
            "  throughline middlebox tunnel --credentials-file login.txt --login digest-sha-256",
            "  throughline middlebox inspector --ca-out box.pem --trust ca.pem --exempt replica.example.com",
            "  throughline middlebox --persona squid-bump --ca-out box.pem --trust ca.pem",
            "  throughline middlebox relay --to 127.0.0.1:8443 --adversity @bad-day.txt",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class MiddleboxCommand implements Callable<Integer> {
    private static final Duration CLOSED_WITHIN = Duration.ofMillis(900);

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KIND",
            description = "Which kind; throughline list shows them. A persona has one of its own.")
    private @Nullable String kind;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:0",
            description = "Where to listen; port 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private String listen;

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            description =
                    "Where everything goes; without it, where the name leads that the client asks for. A transparent"
                            + " inspector takes its host for the name where a hello has none, as for localhost or an address;"
                            + " without it, such a connection is closed.")
    private @Nullable String to;

    @Option(
            names = "--persona",
            paramLabel = "NAME-OR-FILE",
            description = "Sets the box up as a product behaves; docs/personas.md says how a file is written.")
    private @Nullable String personaName;

    @Option(
            names = "--adversity",
            paramLabel = "WORD[:VALUE]...",
            description = "How it misbehaves, such as cut:4096:to-replica, or @FILE with one a line; may be given"
                    + " several times.")
    private List<String> adversities = List.of();

    @Option(
            names = "--proxy-protocol",
            paramLabel = "VERSION",
            description = "What a relay tells the replica about the client before its first byte: v1 or v2.")
    private @Nullable String proxyProtocol;

    @Option(
            names = "--replica-name",
            paramLabel = "NAME",
            description = "What the replica's certificate must be for, before a load balancer (default: the host of"
                    + " --to).")
    private @Nullable String replicaName;

    @ArgGroup(validate = false, heading = "%nA tunnel, and socks:%n")
    private ForwardProxyOptions forwardProxy = new ForwardProxyOptions();

    @ArgGroup(validate = false, heading = "%nAn inspector, explicit or transparent:%n")
    private InspectorOptions inspector = new InspectorOptions();

    @ArgGroup(validate = false, heading = "%nCertificates:%n")
    private BoxCertificates certificates = new BoxCertificates();

    @Spec
    private CommandSpec spec;

    private final CountDownLatch asked = new CountDownLatch(1);

    private @Nullable CertificateAuthority made;

    @Override
    public Integer call() throws BadInputException, InterruptedException {
        Terminal terminal = Terminal.of(spec.commandLine());
        Optional<Persona> persona = persona();
        CountDownLatch closed = new CountDownLatch(1);
        try (Middlebox box = open(persona, terminal)) {
            if (made != null) {
                // Not before it listens: another box that has the port may have written the file that is there.
                inspector.write(made);
            }
            Interruption.add(Interruption.thread(asked::countDown, closed, CLOSED_WITHIN));
            String id = box.kind().id();
            terminal.out()
                    .println((id.startsWith("i") ? "An " : "A ") + id + " at " + Addresses.text(box.address())
                            + persona.map(one -> ", set up as " + one.name()).orElse("") + ". ^C ends it.");
            terminal.out().flush();
            asked.await();
        } finally {
            closed.countDown();
        }
        return ExitCode.OK.code();
    }

    private Optional<Persona> persona() throws BadInputException {
        try {
            return personaName == null ? Optional.empty() : Optional.of(Personas.of(personaName));
        } catch (UnusableFileException e) {
            throw new BadInputException("--persona: " + e.getMessage());
        }
    }

    private Middlebox open(Optional<Persona> persona, Terminal terminal) throws BadInputException {
        MiddleboxKind chosen = kind(persona);
        FittingOptions.require(spec.commandLine().getParseResult(), chosen);
        try {
            InetSocketAddress here = Addresses.listen(listen);
            requireElsewhere(here);
            Listening listening = Listening.onLoopback()
                    .at(here)
                    .with(adversities(persona))
                    .whenEnded(passage -> print(passage, terminal));
            return open(chosen, persona, listening);
        } catch (IllegalArgumentException | UncheckedIOException refused) {
            throw new BadInputException(String.valueOf(refused.getMessage()));
        }
    }

    /** One connection would make it connect to itself until it has no sockets left. */
    private void requireElsewhere(InetSocketAddress here) throws BadInputException {
        if (to == null) {
            return;
        }
        InetSocketAddress target = Addresses.target(to);
        InetAddress host = target.getAddress();
        boolean same =
                host.equals(here.getAddress()) || (here.getAddress().isAnyLocalAddress() && host.isLoopbackAddress());
        if (same && target.getPort() == here.getPort()) {
            throw new BadInputException(
                    "--to \"" + Excerpt.of(to) + "\" is where it listens; accepted is another place");
        }
    }

    private MiddleboxKind kind(Optional<Persona> persona) throws BadInputException {
        if (kind == null) {
            return persona.map(Persona::box)
                    .orElseThrow(() -> new BadInputException(
                            "no kind; accepted is KIND, or --persona NAME-OR-FILE; " + "kinds are " + kinds()));
        }
        MiddleboxKind chosen = MiddleboxKind.find(kind)
                .orElseThrow(() -> new BadInputException("middlebox \"" + kind + "\"; accepted are " + kinds()
                        + "; throughline list says what each is"));
        if (persona.isPresent() && !persona.get().fits(chosen)) {
            throw new BadInputException("middlebox \"" + kind + "\" with the persona "
                    + persona.get().name() + "; accepted is "
                    + persona.get().box().id());
        }
        return chosen;
    }

    private static String kinds() {
        return String.join(
                ", ",
                Arrays.stream(MiddleboxKind.values()).map(MiddleboxKind::id).toList());
    }

    private Middlebox open(MiddleboxKind chosen, Optional<Persona> persona, Listening listening)
            throws BadInputException {
        return switch (chosen) {
            case RELAY -> Relay.open(relay(), listening);
            case TUNNEL -> Tunnel.open(forwardProxy.tunnel(routes(), to != null, certificates.shown()), listening);
            case SOCKS_TUNNEL -> SocksTunnel.open(forwardProxy.socks(routes()), listening);
            case INSPECTOR -> Inspector.open(inspector(InspectorMode.EXPLICIT, persona), listening);
            case TRANSPARENT_INSPECTOR -> Inspector.open(inspector(InspectorMode.TRANSPARENT, persona), listening);
            case LOAD_BALANCER -> LoadBalancer.open(loadBalancer(), listening);
        };
    }

    private List<Adversity> adversities(Optional<Persona> persona) throws BadInputException {
        List<Adversity> read = new ArrayList<>();
        persona.map(Persona::adversities).ifPresent(read::addAll);
        for (String given : adversities) {
            if (given.startsWith("@")) {
                read.addAll(adversitiesIn(given.substring(1)));
            } else {
                read.add(AdversityKind.parse(given));
            }
        }
        return read;
    }

    private static List<Adversity> adversitiesIn(String file) throws BadInputException {
        if (file.isEmpty()) {
            throw new BadInputException("--adversity \"@\"; accepted is @FILE");
        }
        try {
            return AdversityFile.read(Path.of(file));
        } catch (InvalidPathException | UnusableFileException e) {
            throw new BadInputException("--adversity: " + e.getMessage());
        }
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
        RelaySettings settings =
                to == null ? RelaySettings.byServerName(Routes.resolved()) : RelaySettings.to(Addresses.target(to));
        return switch (proxyProtocol == null ? "" : proxyProtocol) {
            case "" -> settings;
            case "v1" -> settings.announcing(ProxyProtocol.V1);
            case "v2" -> settings.announcing(ProxyProtocol.V2);
            default ->
                throw new BadInputException(
                        "--proxy-protocol \"" + Excerpt.of(String.valueOf(proxyProtocol)) + "\"; accepted are v1, v2");
        };
    }

    private InspectorSettings inspector(InspectorMode mode, Optional<Persona> persona) throws BadInputException {
        CertificateAuthority authority = persona.map(one -> one.authority(InstantSource.system()))
                .orElseGet(() -> CertificateAuthority.root("Throughline Inspection Authority", InstantSource.system()));
        InspectorSettings.Builder settings = InspectorSettings.builder(routes(), authority, certificates.trust());
        if (mode == InspectorMode.TRANSPARENT && to != null) {
            settings.unnamedTo(Addresses.target(to));
        }
        persona.ifPresent(one -> one.setUp(settings));
        InspectorSettings complete = inspector.settings(settings.mode(mode), certificates);
        made = authority;
        return complete;
    }

    private LoadBalancerSettings loadBalancer() throws BadInputException {
        Optional<Identity> shown = certificates.shown();
        if (to == null || shown.isEmpty()) {
            throw new BadInputException(
                    "a load-balancer stands before one replica and shows a certificate; accepted is --to HOST:PORT"
                            + " with --cert FILE [--key FILE] --trust FILE");
        }
        return new LoadBalancerSettings(
                routes(),
                replicaName == null ? Addresses.target(to).getHostString() : replicaName,
                shown.get(),
                certificates.own(),
                certificates.trust());
    }

    private void print(Passage passage, Terminal terminal) {
        terminal.out()
                .println("#" + passage.id() + " " + Addresses.text(passage.client()) + " -> "
                        + passage.target().orElse("(not said)") + ": "
                        + passage.treatment().name().toLowerCase(Locale.ROOT) + ", "
                        + passage.bytesToReplica() + " bytes up, " + passage.bytesToClient() + " down"
                        + passage.note().map(note -> "; " + note).orElse(""));
        if (terminal.out().checkError()) {
            // Nobody reads any more, as behind head -1: nobody would know that it still runs.
            asked.countDown();
        }
    }
}
