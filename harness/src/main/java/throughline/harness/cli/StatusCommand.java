package throughline.harness.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import throughline.harness.report.Amounts;
import throughline.primary.PrimaryClient;
import throughline.primary.ReplicationFailed;
import throughline.primary.dial.PacException;
import throughline.protocol.Json;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineList;
import throughline.protocol.replication.MachineState;

/** What a replica holds of the machines that this primary may continue. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Says what a replica holds of the machines that this primary may continue.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection;

    @Option(names = "--json", description = "Prints the machines as JSON; a failure's verdict likewise.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws BadInputException, IOException {
        Terminal terminal = Terminal.of(spec.commandLine());
        try (PrimaryClient client = new PrimaryClient(connection.settings())) {
            MachineList machines = client.machines();
            terminal.out().print(json ? Json.plain().pretty(machines) : text(terminal, machines));
            terminal.out().flush();
            return ExitCode.OK.code();
        } catch (PacException e) {
            return connection.failed(terminal, e, json);
        } catch (ReplicationFailed e) {
            return connection.failed(terminal, e, json);
        }
    }

    private static String text(Terminal terminal, MachineList list) {
        if (list.machines().isEmpty()) {
            return "The replica holds no machine that this primary may continue.\n";
        }
        StringBuilder text = new StringBuilder();
        list.machines().forEach(machine -> text.append(text(terminal, machine)));
        return text.append(list.more() ? "and others, which did not fit into one answer\n" : "")
                .toString();
    }

    private static String text(Terminal terminal, MachineState machine) {
        StringBuilder text =
                new StringBuilder(terminal.style().bold(machine.machine().value()));
        text.append(", epoch ").append(machine.epoch()).append('\n');
        for (DeclaredDisk disk : machine.disks()) {
            text.append("  disk ")
                    .append(disk.disk())
                    .append(", ")
                    .append(Amounts.bytes(disk.size()))
                    .append('\n');
        }
        text.append("  ")
                .append(machine.last()
                        .map(last -> "consistent as of change set " + last.epoch() + "/" + last.sequence() + ": "
                                + Amounts.bytes(last.bytes()) + " in " + last.blocks() + " blocks")
                        .orElse("not yet replicated: no change set was committed"))
                .append('\n');
        if (machine.pending().slices() > 0) {
            text.append("  pending: ")
                    .append(machine.pending().slices())
                    .append(" slices of change set ")
                    .append(machine.epoch())
                    .append('/')
                    .append(machine.nextSequence())
                    .append('\n');
        }
        return text.toString();
    }
}
