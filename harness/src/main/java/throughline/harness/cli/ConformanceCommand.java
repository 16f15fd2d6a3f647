package throughline.harness.cli;

import java.net.http.HttpClient;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import throughline.harness.conformance.ScriptedPrimary;
import throughline.harness.conformance.StepResult;
import throughline.harness.conformance.WireScript;
import throughline.identity.Credentials;
import throughline.identity.TlsContexts;
import throughline.identity.UnusableIdentityException;
import throughline.protocol.Json;
import throughline.protocol.replication.MachineName;

/** Whether a replica, of whoever wrote it, keeps what the protocol promises. */
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        description = {
            "Drives a replica of yours through the promises of docs/wire.md, directly, and says which it keeps.",
            "Leaves one machine with two small disks there. Exit code 0 when all are kept, 1 when one is broken."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class ConformanceCommand implements Callable<Integer> {
    @Option(names = "--to", required = true, paramLabel = "URL", description = "The replica: https://host:port.")
    private String replica;

    @Option(
            names = "--machine",
            paramLabel = "NAME",
            description = "A name that the replica does not know yet (default: a random one).")
    private String machine;

    @Option(names = "--http2", description = "Over HTTP/2 where the replica speaks it; otherwise over HTTP/1.1.")
    private boolean http2;

    @Mixin
    private IdentityOptions identity;

    @Option(names = "--json", description = "Prints the steps as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws BadInputException {
        Terminal terminal = Terminal.of(spec.commandLine());
        if (!identity.hasCertificate()) {
            throw new BadInputException("a replica wants a client certificate; accepted is --cert FILE [--key FILE]");
        }
        ScriptedPrimary primary = new ScriptedPrimary(
                Addresses.replica(replica), tls(), http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
        List<StepResult> results = primary.run(WireScript.of(machine()));
        long broken = results.stream().filter(result -> !result.kept()).count();
        if (json) {
            terminal.out().print(Json.plain().pretty(results));
        } else {
            results.forEach(result -> terminal.out().println(shown(terminal, result)));
            terminal.out().println();
            terminal.out().println((results.size() - broken) + " of " + results.size() + " promises kept");
        }
        terminal.out().flush();
        return (broken == 0 ? ExitCode.OK : ExitCode.NEGATIVE).code();
    }

    private static String shown(Terminal terminal, StepResult result) {
        return result.kept()
                ? terminal.style().good("✓ ") + result.step()
                : terminal.style().bad("✗ " + result.step()) + "\n    expected  " + result.expected()
                        + "\n    seen      " + result.seen();
    }

    private String machine() throws BadInputException {
        try {
            return new MachineName(machine == null ? "conformance-" + UUID.randomUUID() : machine).value();
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }

    private SSLContext tls() throws BadInputException {
        try {
            Credentials credentials = identity.source().current();
            return Optional.of(credentials)
                    .flatMap(Credentials::identity)
                    .map(own -> TlsContexts.context(
                            own.keyManager(), credentials.trust().trustManager()))
                    .orElseThrow();
        } catch (UnusableIdentityException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }
}
