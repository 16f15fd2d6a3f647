package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import throughline.primary.CaseFormat;
import throughline.primary.diagnosis.Diagnostician;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.evidence.CaseFile;
import throughline.protocol.MalformedMessageException;

/** Reads a case file and gives the verdict again. No network. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Gives the verdict on a recorded case again, without a network.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class ExplainCommand implements Callable<Integer> {
    private static final long LARGEST = 16 << 20;

    @Parameters(paramLabel = "CASE", description = "A case.json, as a run or a failed replication leaves it.")
    private Path file;

    @Option(names = "--json", description = "Prints verdict.json in place of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws BadInputException {
        Terminal terminal = Terminal.of(spec.commandLine());
        Verdict verdict = new Diagnostician(Rules.all()).diagnose(read());
        Verdicts.print(terminal, verdict, json);
        return Verdicts.exitCode(verdict).code();
    }

    private CaseFile read() throws BadInputException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new BadInputException(
                        file + " has " + Files.size(file) + " bytes; accepted are case files of at most " + LARGEST);
            }
            return CaseFormat.read(Files.readAllBytes(file));
        } catch (MalformedMessageException e) {
            throw new BadInputException(file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new BadInputException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + "); accepted is a case.json");
        }
    }
}
