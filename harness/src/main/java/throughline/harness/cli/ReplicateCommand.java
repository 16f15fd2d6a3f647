package throughline.harness.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import throughline.primary.ClientSettings;
import throughline.primary.PrimaryClient;
import throughline.primary.Replication;
import throughline.primary.ReplicationFailed;
import throughline.primary.dial.PacException;
import throughline.primary.evidence.CaseFile;
import throughline.primary.replication.CycleResult;
import throughline.primary.replication.ReplicationSettings;

/** Replicates disk images, once or again and again; a failure is diagnosed. */
@Command(
        name = "replicate",
        mixinStandardHelpOptions = true,
        description = {
            "Replicates disk images to a replica; if it fails, says what is in the way.",
            "What the replica holds already is not sent again. It applies all disks of a machine at once."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class ReplicateCommand implements Callable<Integer> {
    @Mixin
    private DiskOptions disks;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private TransferOptions transfer;

    @Option(names = "--json", description = "Prints the verdict as JSON in place of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws BadInputException, IOException, InterruptedException {
        Terminal terminal = Terminal.of(spec.commandLine());
        CycleLines lines = new CycleLines(terminal, disks.machine().value(), print(), this::keep);
        ReplicationSettings settings = transfer.settings(disks.machine(), disks.disks(), lines);
        CountDownLatch done = new CountDownLatch(1);
        AtomicBoolean cancelled = new AtomicBoolean();
        try (PrimaryClient client = new PrimaryClient(connected(terminal, settings.interval()));
                Replication replication = client.replication(settings)) {
            Runnable close = replication::close;
            Runnable cancel = () -> {
                cancelled.set(true);
                close.run();
            };
            Thread interrupted = Interruption.thread(cancel, done, Duration.ofMillis(900));
            Interruption.add(interrupted);
            try {
                return settings.interval().isPresent() ? again(terminal, replication) : once(terminal, replication);
            } catch (IllegalStateException e) {
                if (!cancelled.get()) {
                    throw e;
                }
                lines.clear();
                terminal.err().println("throughline: interrupted");
                return ExitCode.NEGATIVE.code();
            } catch (ReplicationFailed e) {
                lines.clear();
                return connection.failed(terminal, e, json);
            } finally {
                done.countDown();
                Interruption.remove(interrupted);
            }
        } catch (PacException e) {
            return connection.failed(terminal, e, json);
        }
    }

    /** With {@code --every} until there is a way, as with any other failure of the path. */
    private ClientSettings connected(Terminal terminal, Optional<Duration> interval)
            throws BadInputException, PacException, InterruptedException {
        while (true) {
            try {
                return connection.settings();
            } catch (PacException e) {
                if (interval.isEmpty()) {
                    throw e;
                }
                connection.failed(terminal, e, json);
                Thread.sleep(interval.get().toMillis());
            }
        }
    }

    private int once(Terminal terminal, Replication replication)
            throws ReplicationFailed, BadInputException, InterruptedException {
        try {
            CycleResult result = replication.runCycle();
            Verdicts.print(terminal, result.verdict(), json);
            if (!json) {
                terminal.out().println("\n  " + CycleLines.text(result));
            }
            return ExitCode.OK.code();
        } catch (ReplicationFailed | RuntimeException e) {
            throw e;
        } catch (IOException unreadable) {
            throw new BadInputException(String.valueOf(unreadable.getMessage()));
        }
    }

    /** Until ^C, or until another primary has taken the machine over. */
    private static int again(Terminal terminal, Replication replication) throws InterruptedException {
        replication.start();
        while (replication.state() == Replication.State.STARTED) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        if (replication.state() != Replication.State.FENCED) {
            throw new CancellationException();
        }
        terminal.err()
                .println("throughline: another primary has taken " + replication.machine()
                        + " over; this one does not go on");
        return ExitCode.NEGATIVE.code();
    }

    private CycleLines.Print print() throws BadInputException {
        if (transfer.interval().isEmpty()) {
            return CycleLines.Print.NOTHING;
        }
        return json ? CycleLines.Print.VERDICT_AS_JSON : CycleLines.Print.LINE;
    }

    /** What it is about goes on, also where there is no room for its case. */
    private void keep(CaseFile caseFile) {
        try {
            connection.keep(caseFile);
        } catch (IOException e) {
            spec.commandLine().getErr().println("throughline: the case file cannot be written: " + e.getMessage());
        }
    }
}
