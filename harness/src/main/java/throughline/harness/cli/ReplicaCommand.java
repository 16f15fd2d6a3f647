package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import throughline.identity.CredentialsSource;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/** Serves a replica until ^C. */
@Command(
        name = "replica",
        mixinStandardHelpOptions = true,
        description = {
            "Serves a replica that requires client certificates, until ^C.",
            "When the files of --cert, --key, --password-file or --trust are renewed, they are read again within a few"
                    + " seconds; a set that does not fit together leaves the old one in force."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class ReplicaCommand implements Callable<Integer> {
    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:0",
            description = "Where to listen; port 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private String listen;

    @Option(names = "--store", required = true, paramLabel = "DIR", description = "Where the disks are kept.")
    private Path store;

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
        try (Replica replica = start(terminal)) {
            CountDownLatch asked = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(Interruption.thread(asked::countDown, closed, Duration.ofMillis(900)));
            terminal.out()
                    .println("Replica at https://" + Addresses.text(replica.address()) + ", disks in " + store
                            + ". ^C ends it.");
            terminal.out().flush();
            RefusalLines refusals = new RefusalLines(terminal);
            while (!asked.await(1, TimeUnit.SECONDS)) {
                replica.lookAtCredentials();
                refusals.print(replica.connections());
            }
        } finally {
            closed.countDown();
        }
        return ExitCode.OK.code();
    }

    private Replica start(Terminal terminal) throws BadInputException {
        CredentialsSource credentials = identity.source();
        try {
            return Replica.start(ReplicaSettings.builder(credentials, Admission.anyAcceptedCertificate(store))
                    .credentialsListener(new CredentialsLines(terminal))
                    .revocation(identity.revocation())
                    .listen(Addresses.listen(listen))
                    .build());
        } catch (IOException | IllegalArgumentException e) {
            throw new BadInputException("no replica at " + listen + " with disks in " + store + ": " + e.getMessage());
        }
    }
}
