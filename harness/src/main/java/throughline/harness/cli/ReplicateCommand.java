package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import throughline.primary.CaseFormat;
import throughline.primary.ClientSettings;
import throughline.primary.ExpectedReplica;
import throughline.primary.PrimaryClient;
import throughline.primary.Replicated;
import throughline.primary.ReplicationFailed;
import throughline.protocol.DiskName;

/** Replicates one disk image, once; a failure is diagnosed. */
@Command(
        name = "replicate",
        mixinStandardHelpOptions = true,
        description = "Replicates a disk image to a replica; if it fails, says what is in the way.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class ReplicateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DISK", description = "The image; its file name becomes the disk's name.")
    private Path disk;

    @Option(names = "--to", required = true, paramLabel = "URL", description = "The replica: https://host:port.")
    private String replica;

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            defaultValue = "direct",
            description = "direct (the default) or http://host:port, asked for a tunnel with CONNECT.")
    private String proxy;

    @Option(
            names = "--pin",
            split = ",",
            paramLabel = "SHA256",
            description = "SHA-256 of the replica's public key or its issuer's, 64 hexadecimal digits:"
                    + " settles whether the certificate shown is the replica's.")
    private List<String> pins = List.of();

    @Mixin
    private IdentityOptions identity;

    @Option(
            names = "--case",
            paramLabel = "FILE",
            description = "Where the case file of a failure is written, for throughline explain.")
    private Path caseFile;

    @Option(names = "--json", description = "Prints the verdict as JSON in place of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws BadInputException, IOException {
        Terminal terminal = Terminal.of(spec.commandLine());
        DiskName name = name();
        ClientSettings settings = settings();
        ProgressLine progress = new ProgressLine(terminal);
        CountDownLatch done = new CountDownLatch(1);
        try (PrimaryClient client = new PrimaryClient(settings)) {
            AtomicBoolean cancelled = new AtomicBoolean();
            Runnable close = client::close;
            Runnable cancel = () -> {
                cancelled.set(true);
                close.run();
            };
            Thread interrupted = Interruption.thread(cancel, done, Duration.ofMillis(900));
            Runtime.getRuntime().addShutdownHook(interrupted);
            try {
                Replicated replicated = client.replicate(
                        name,
                        disk,
                        (sent, total) -> progress.show(disk + ": " + sent * 100 / total + " % of " + total));
                progress.clear();
                Verdicts.print(terminal, replicated.verdict(), json);
                return ExitCode.OK.code();
            } catch (ReplicationFailed e) {
                progress.clear();
                if (cancelled.get()) {
                    terminal.err().println("throughline: interrupted");
                    return ExitCode.NEGATIVE.code();
                }
                return failed(terminal, e);
            } finally {
                done.countDown();
                Interruption.remove(interrupted);
            }
        }
    }

    private int failed(Terminal terminal, ReplicationFailed failed) throws IOException {
        Verdicts.print(terminal, failed.verdict(), json);
        if (caseFile != null) {
            Files.writeString(caseFile, CaseFormat.write(failed.caseFile()));
        }
        return Verdicts.exitCode(failed.verdict()).code();
    }

    private DiskName name() throws BadInputException {
        if (!Files.isReadable(disk) || !Files.isRegularFile(disk)) {
            throw new BadInputException("disk \"" + disk + "\" cannot be read; accepted is a disk image");
        }
        if (caseFile != null && !Files.isWritable(caseFile.toAbsolutePath().getParent())) {
            throw new BadInputException(
                    "--case \"" + caseFile + "\" cannot be written; accepted is a file in a folder that"
                            + " exists, with permission to write");
        }
        if (disk.toFile().length() == 0) {
            throw new BadInputException(
                    "disk \"" + disk + "\" is empty; accepted is a disk image of at least one byte");
        }
        try {
            return new DiskName(disk.getFileName().toString());
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }

    private ClientSettings settings() throws BadInputException {
        try {
            return ClientSettings.to(Addresses.replica(replica))
                    .proxy(Addresses.proxy(proxy))
                    .credentials(identity.source())
                    .expectedReplica(new ExpectedReplica(Set.copyOf(pins)))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }
}
