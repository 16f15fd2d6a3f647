package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import throughline.identity.Identity;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/** Serves a replica until ^C. */
@Command(
        name = "replica",
        mixinStandardHelpOptions = true,
        description = "Serves a replica that requires client certificates, until ^C.")
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
        Identity own = identity.identity()
                .orElseThrow(() -> new BadInputException(
                        "a replica needs a certificate; accepted is --cert FILE" + " [--key FILE]"));
        CountDownLatch closed = new CountDownLatch(1);
        try (Replica replica = start(own)) {
            CountDownLatch asked = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(Interruption.thread(asked::countDown, closed, Duration.ofMillis(900)));
            terminal.out()
                    .println("Replica at https://" + replica.address().getHostString() + ":" + replica.port()
                            + ", disks in " + store + ". ^C ends it.");
            terminal.out().flush();
            asked.await();
        } finally {
            closed.countDown();
        }
        return ExitCode.OK.code();
    }

    private Replica start(Identity own) throws BadInputException {
        try {
            return Replica.start(ReplicaSettings.builder(own, identity.trust(), store)
                    .listen(Addresses.listen(listen))
                    .build());
        } catch (IOException | IllegalArgumentException e) {
            throw new BadInputException("no replica at " + listen + " with disks in " + store + ": " + e.getMessage());
        }
    }
}
