package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import throughline.identity.CredentialsSource;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/** Serves a replica until ^C. */
@Command(
        name = "replica",
        mixinStandardHelpOptions = true,
        description = {
            "Serves a replica that requires client certificates, until ^C.",
            "After ^C nothing new is taken, and what is under way may go on for the time of --drain. What is cut off then is"
                    + " sent again by its primary, and nothing that was acknowledged is lost.",
            "Who is allowed may create machines, and continue those that it created. Two replicas never share a store.",
            "When the files of --cert, --key, --password-file or --trust are renewed, they are read again within a few"
                    + " seconds; a set that does not fit together leaves the old one in force."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class ReplicaCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(100);

    /** How often the files of the credentials are looked at. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** What it takes to end after the drain. */
    private static final Duration END = Duration.ofMillis(300);

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:0",
            description = "Where to listen; port 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private String listen;

    @Option(names = "--store", required = true, paramLabel = "DIR", description = "Where the disks are kept.")
    private Path store;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            description = "How long what is under way may go on after ^C, such as 30s. Without it 600 ms, so that the"
                    + " command ends within a second.")
    private String drain;

    @Mixin
    private AdmissionOptions admission;

    @Mixin
    private IdentityOptions identity;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws BadInputException, InterruptedException {
        Terminal terminal = Terminal.of(spec.commandLine());
        if (!identity.hasCertificate()) {
            throw new BadInputException("a replica needs a certificate; accepted is --cert FILE [--key FILE]");
        }
        if (Files.exists(store) && !(Files.isDirectory(store) && Files.isWritable(store))) {
            throw new BadInputException("--store \"" + store + "\" is no folder that can be written to; accepted is one"
                    + " that can, or one that does not exist yet");
        }
        CountDownLatch closed = new CountDownLatch(1);
        ReplicaSettings settings = settings(terminal);
        try (Replica replica = start(settings)) {
            CountDownLatch asked = new CountDownLatch(1);
            Interruption.add(Interruption.thread(
                    asked::countDown, closed, settings.drain().plus(END)));
            terminal.out()
                    .println("Replica at https://" + Addresses.text(replica.address()) + ", disks in " + store
                            + ". ^C ends it.");
            terminal.out().flush();
            RefusalLines refusals = new RefusalLines(terminal);
            ExchangeLines exchanges = new ExchangeLines(terminal);
            long look = System.nanoTime();
            while (asked.getCount() > 0) {
                replica.takeExchange(POLL).ifPresent(exchanges::print);
                if (System.nanoTime() - look > LOOK.toNanos()) {
                    replica.lookAtCredentials();
                    refusals.print(replica.connections());
                    look = System.nanoTime();
                }
            }
            replica.drain();
        } finally {
            closed.countDown();
        }
        return ExitCode.OK.code();
    }

    private ReplicaSettings settings(Terminal terminal) throws BadInputException {
        CredentialsSource credentials = identity.source();
        ReplicaSettings.Builder settings = ReplicaSettings.builder(credentials, admission.admission(store))
                .credentialsListener(new CredentialsLines(terminal))
                .revocation(identity.revocation())
                .listen(Addresses.listen(listen));
        if (drain != null) {
            settings.drain(TimeSpan.parse("--drain", drain));
        }
        return settings.build();
    }

    private Replica start(ReplicaSettings settings) throws BadInputException {
        try {
            return Replica.start(settings);
        } catch (IOException | IllegalArgumentException e) {
            throw new BadInputException("no replica at " + listen + " with disks in " + store + ": " + e.getMessage());
        }
    }
}
