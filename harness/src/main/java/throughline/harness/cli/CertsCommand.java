package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import throughline.certs.StagedFiles;
import throughline.protocol.Excerpt;

/** Writes a folder of certificates that other programs read as they are, good ones or with one flaw. */
@Command(
        name = "certs",
        mixinStandardHelpOptions = true,
        description =
                "Writes a folder of certificates, good ones or with one flaw, for curl, openssl, nginx, squid, Java.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class CertsCommand implements Callable<Integer> {
    private static final int LONGEST_PATH_SHOWN = 200;
    private static final Duration CANCELLED_WITHIN = Duration.ofMillis(900);

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "Where to; made if it is missing.")
    private @Nullable String folder;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "A server's DNS name or IP address, also *.NAME; as often as wanted"
                    + " (default: localhost, with 127.0.0.1 and ::1).")
    private List<String> hosts = List.of();

    @Option(
            names = "--client",
            paramLabel = "NAME",
            description = "A client's name; as often as wanted (default: primary).")
    private List<String> clients = List.of();

    @Option(names = "--flaw", paramLabel = "F", description = "What is wrong with them; see --list.")
    private @Nullable String flaw;

    @Option(
            names = "--key-type",
            paramLabel = "T",
            defaultValue = "ec-p256",
            description = "ec-p256, ec-p384, rsa-2048, rsa-3072, rsa-4096 or ed25519 (default: ${DEFAULT-VALUE}).")
    private String keyType;

    @Option(
            names = "--validity",
            paramLabel = "P30D",
            defaultValue = "P30D",
            description = "How long from now, P1D to P3650D (default: ${DEFAULT-VALUE}).")
    private String validity;

    @Option(
            names = "--format",
            split = ",",
            paramLabel = "FORMAT",
            defaultValue = "pem,p12",
            description = "pem, p12 or both (default: ${DEFAULT-VALUE}).")
    private List<String> formats;

    @Option(names = "--list", description = "Lists the flaws and ends; DIR is not needed.")
    private boolean list;

    @Option(names = "--force", description = "Replaces files of the same names.")
    private boolean force;

    @Option(names = "--json", description = "Prints what was written, or the list, as JSON in place of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws BadInputException {
        Terminal terminal = Terminal.of(spec.commandLine());
        if (list) {
            FlawList.print(terminal, json);
            return ExitCode.OK.code();
        }
        CertsOrder order = order();
        try {
            return write(order, terminal).code();
        } catch (FileAlreadyExistsException e) {
            throw new BadInputException("\"" + shown(e.getFile())
                    + "\" exists already; accepted is another DIR, or --force, which replaces files of the same names");
        } catch (IOException e) {
            throw new BadInputException("DIR \"" + shown(order.folder().toString()) + "\" cannot be written ("
                    + reason(e) + "); accepted is a folder that exists or can be made, with permission to write");
        }
    }

    /** ^C gives up what is not complete: nothing of it stays, and what is complete stays whole. */
    private ExitCode write(CertsOrder order, Terminal terminal) throws BadInputException, IOException {
        Current current = new Current();
        CountDownLatch done = new CountDownLatch(1);
        Thread interrupted = Interruption.thread(current::giveUp, done, CANCELLED_WITHIN);
        Interruption.add(interrupted);
        try (StagedFiles files = current.open(StagedFiles.in(order.folder(), order.files(), force))) {
            CertsFolder made = CertsFolder.make(order, InstantSource.system());
            made.writeTo(files);
            files.publish();
            made.print(terminal, json);
            return ExitCode.OK;
        } catch (IOException e) {
            if (current.givenUp) {
                terminal.err().println("throughline: interrupted, nothing was written");
                return ExitCode.NEGATIVE;
            }
            throw e;
        } finally {
            done.countDown();
            Interruption.remove(interrupted);
        }
    }

    private CertsOrder order() throws BadInputException {
        if (folder == null) {
            throw new BadInputException("DIR is missing; accepted is a folder, or --list");
        }
        CertsOrder order = new CertsOrder(
                CertsOrder.folder(folder),
                CertsOrder.names(hosts, clients),
                flaw == null ? Optional.empty() : CertsOrder.flaw(flaw),
                CertsOrder.keyType(keyType),
                CertsOrder.validity(validity),
                CertsOrder.formats(formats));
        order.requireFlawCanBeWritten();
        return order;
    }

    private static String reason(IOException e) {
        if (e instanceof NotDirectoryException) {
            return "it is not a folder";
        }
        String reason = e instanceof FileSystemException system ? system.getReason() : null;
        return reason == null ? e.getClass().getSimpleName() : Excerpt.of(reason);
    }

    private static String shown(String path) {
        return Excerpt.of(path, LONGEST_PATH_SHOWN);
    }

    /** The files under way, for ^C to give up. */
    private static final class Current {
        private volatile boolean givenUp;
        private volatile AutoCloseable files = () -> {};

        StagedFiles open(StagedFiles opened) throws IOException {
            files = opened;
            if (givenUp) {
                opened.close();
            }
            return opened;
        }

        void giveUp() {
            givenUp = true;
            try {
                files.close();
            } catch (Exception left) {
                // The process is ending; what could not be removed is in a folder that only its owner can read.
            }
        }
    }
}
