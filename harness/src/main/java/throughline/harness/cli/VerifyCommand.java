package throughline.harness.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import throughline.harness.report.Amounts;
import throughline.primary.PrimaryClient;
import throughline.primary.ReplicationFailed;
import throughline.primary.Verified;
import throughline.primary.dial.PacException;
import throughline.protocol.Json;

/** Compares disk images with what a replica has committed of them. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Compares disk images with what a replica has committed of them, by digests of 64 KiB blocks.",
            "Exit code 0 when all is the same, 1 when something differs or the replica could not be asked."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private DiskOptions disks;

    @Mixin
    private ConnectionOptions connection;

    @Option(
            names = "--json",
            description =
                    "Prints what was found as JSON: the machine, whether the replica holds it, and its disks; a failure's"
                            + " verdict likewise.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws BadInputException, IOException {
        Terminal terminal = Terminal.of(spec.commandLine());
        ProgressLine progress = new ProgressLine(terminal);
        try (PrimaryClient client = new PrimaryClient(connection.settings())) {
            Optional<List<Verified>> verified = client.verify(
                    disks.machine(),
                    disks.disks(),
                    (done, total) -> progress.show(done * 100 / total + " % of " + Amounts.bytes(total) + " compared"));
            progress.clear();
            return print(terminal, verified);
        } catch (PacException e) {
            return connection.failed(terminal, e, json);
        } catch (ReplicationFailed e) {
            progress.clear();
            return connection.failed(terminal, e, json);
        } catch (IOException unreadable) {
            progress.clear();
            throw new BadInputException(String.valueOf(unreadable.getMessage()));
        }
    }

    private int print(Terminal terminal, Optional<List<Verified>> verified) throws BadInputException {
        List<Verified> found = verified.orElse(List.of());
        if (json) {
            terminal.out().print(Json.plain().pretty(new Answer(disks.machine().value(), verified.isPresent(), found)));
        } else if (verified.isEmpty()) {
            terminal.out().println("✗ the replica holds no machine " + disks.machine());
        } else {
            found.forEach(disk -> terminal.out().println(line(terminal, disk)));
        }
        terminal.out().flush();
        boolean same = verified.isPresent() && found.stream().allMatch(Verified::same);
        return (same ? ExitCode.OK : ExitCode.NEGATIVE).code();
    }

    /**
     * What a program is told.
     *
     * @param held whether the replica holds this machine; where it does not, there are no disks to tell of
     */
    private record Answer(String machine, boolean held, List<Verified> disks) {}

    private static String line(Terminal terminal, Verified disk) {
        if (disk.same()) {
            return terminal.style().good("✓ ") + disk.disk() + ": " + Amounts.bytes(disk.size()) + ", the same";
        }
        String why;
        if (disk.heldSize().isEmpty()) {
            why = "the replica's machine has no such disk";
        } else if (disk.heldSize().getAsLong() != disk.size()) {
            why = "it has " + disk.size() + " bytes here, and "
                    + disk.heldSize().getAsLong() + " at the replica";
        } else {
            why = Amounts.bytes(disk.differing()) + " of " + Amounts.bytes(disk.size())
                    + " differ, the first at offset " + disk.firstDifference().orElse(0);
        }
        return terminal.style().bad("✗ ") + disk.disk() + ": " + why;
    }
}
