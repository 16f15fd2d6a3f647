package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import throughline.harness.lab.LabProcess;
import throughline.harness.lab.LabSupport;
import throughline.harness.report.MatrixText;
import throughline.harness.run.CellResult.Result;
import throughline.harness.run.ExampleImage;
import throughline.harness.run.MatrixRunner;
import throughline.harness.run.RunRecord;
import throughline.harness.run.RunStore;
import throughline.harness.topology.Axis.Certificates;
import throughline.harness.topology.Axis.Http;
import throughline.harness.topology.Axis.Tls;
import throughline.harness.topology.Cell;
import throughline.harness.topology.MatrixPlan;
import throughline.harness.topology.Topology;

/** Runs every chosen topology with every chosen certificate and version, and compares with what was written down. */
@Command(
        name = "matrix",
        mixinStandardHelpOptions = true,
        description = "Runs the chosen topologies with every certificate and compares with what was expected.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class MatrixCommand implements Callable<Integer> {
    private static final int MOST_JOBS = 64;
    private static final int MOST_REPEATS = 100_000;
    private static final Duration CANCELLED_WITHIN = Duration.ofMillis(900);

    @Option(
            names = "--topology",
            split = ",",
            paramLabel = "NAME",
            description = {
                "Groups (imitated, personas, real, namespaces) or single topologies, with commas between them;",
                "throughline list shows all (default: imitated)."
            })
    private List<String> topologies = List.of();

    @Option(names = "--certificates", split = ",", paramLabel = "NAME", description = "Only these certificates.")
    private List<String> certificates = List.of();

    @Option(names = "--tls", split = ",", paramLabel = "VERSION", description = "Only these: 1.2, 1.3.")
    private List<String> tls = List.of();

    @Option(names = "--http", split = ",", paramLabel = "VERSION", description = "Only these: http/1.1, h2.")
    private List<String> http = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the run is written; by default a new folder below throughline-runs.")
    private Path out;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many cells run at a time (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often each cell is run; the table then says how often it came out as expected.")
    private int repeats;

    @Option(names = "--dry-run", description = "Lists the cells that would run and ends.")
    private boolean dryRun;

    @Option(names = "--json", description = "Prints run.json in place of the table.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws BadInputException, IOException {
        Terminal terminal = Terminal.of(spec.commandLine());
        MatrixPlan plan = plan();
        requireFrom1("--jobs", jobs, MOST_JOBS);
        requireFrom1("--repeat", repeats, MOST_REPEATS);
        if (dryRun) {
            plan.expand().stream().map(Cell::id).forEach(terminal.out()::println);
            return ExitCode.OK.code();
        }
        if (plan.topologies().stream().anyMatch(Topology::routed)
                && !LabProcess.inside()
                && LabSupport.missing().isEmpty()) {
            // All cells of the run, whatever their topology: in a network of its own there is loopback too.
            return LabProcess.rerun(
                    Main.class.getName(),
                    spec.root().commandLine().getParseResult().originalArgs());
        }
        Path folder = out == null ? newFolder() : out;
        RunRecord run = run(plan, store(folder), terminal);
        if (json) {
            terminal.out().print(RunStore.json(run));
            terminal.out().flush();
        } else {
            terminal.out().print(new MatrixText(terminal.style()).of(run));
            terminal.out().println("Written to " + folder);
        }
        return exitCode(run).code();
    }

    private MatrixPlan plan() throws BadInputException {
        return new MatrixPlan(
                Choices.topologies(topologies),
                Choices.of("--certificates", certificates, Certificates.class),
                Choices.of("--tls", tls, Tls.class),
                Choices.of("--http", http, Http.class));
    }

    private static RunStore store(Path folder) throws BadInputException {
        try {
            return RunStore.in(folder);
        } catch (IOException e) {
            throw new BadInputException("--out \"" + folder + "\" cannot be written ("
                    + e.getClass().getSimpleName()
                    + "); accepted is a folder that exists or can be made, with permission to write");
        }
    }

    /** ^C ends the run and not the process: what is done is still written, within a second. */
    private RunRecord run(MatrixPlan plan, RunStore store, Terminal terminal) throws IOException {
        Path scratch = Files.createTempDirectory("throughline-image-");
        ProgressLine progress = new ProgressLine(terminal);
        progress.show("making a disk image");
        Path image = ExampleImage.make(scratch).file();
        // The process does not wait for cells that take long to end. Last registered is first deleted.
        scratch.toFile().deleteOnExit();
        image.toFile().deleteOnExit();
        MatrixRunner runner = new MatrixRunner(
                plan,
                image,
                store,
                jobs,
                repeats,
                (cell, done, total) -> progress.show("[" + done + "/" + total + "] " + cell.id()));
        CountDownLatch written = new CountDownLatch(1);
        Thread interrupted = Interruption.thread(runner::cancel, written, CANCELLED_WITHIN);
        Interruption.add(interrupted);
        try {
            return runner.run();
        } finally {
            progress.clear();
            Files.deleteIfExists(image);
            Files.deleteIfExists(scratch);
            written.countDown();
            Interruption.remove(interrupted);
        }
    }

    private static Path newFolder() {
        String time = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        return Path.of("throughline-runs", time);
    }

    private static void requireFrom1(String option, int value, int most) throws BadInputException {
        if (value < 1 || value > most) {
            throw new BadInputException(option + " " + value + "; accepted is a number from 1 to " + most);
        }
    }

    private static ExitCode exitCode(RunRecord run) {
        if (run.count(Result.HARNESS_FAILURE) > 0) {
            return ExitCode.FAILURE;
        }
        return run.count(Result.AS_EXPECTED) == run.cells().size() ? ExitCode.OK : ExitCode.NEGATIVE;
    }
}
