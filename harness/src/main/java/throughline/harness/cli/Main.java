package throughline.harness.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code throughline} command. */
@Command(
        name = "throughline",
        mixinStandardHelpOptions = true,
        version = "Throughline 0.1.0",
        synopsisHeading = "%nUsage: ",
        customSynopsis = "throughline COMMAND [OPTION]...",
        headerHeading = "",
        header = {
            "Does certificate-authenticated replication get through, and if not, what is in the way?",
            "",
            "  throughline demo                            see it: a replication, a proxy that inspects, the cause, the fix",
            "  throughline matrix                          every topology with every certificate, expected against seen",
            "  throughline matrix --topology direct,relay --tls 1.3 --out run",
            "  throughline explain run/cells/inspector-trusted/good/tls1.3/h2/case.json",
            "  throughline replica --store disks --cert replica.pem --trust ca.pem --allow 'primary*.example.com'",
            "  throughline replicate disk.img --to https://replica.example.com:8443 --cert primary.pem --trust ca.pem",
            "  throughline verify disk.img --to https://replica.example.com:8443 --cert primary.pem --trust ca.pem",
            "  throughline certs DIR --host replica.example.com --flaw expired",
            "  throughline middlebox tunnel --listen 127.0.0.1:3128 --adversity cut:4096:to-replica",
            "  throughline list                            kinds of middlebox, adversities, topologies",
        },
        footer = {
            "",
            "Exit codes: 0 as asked or as expected, 1 a negative answer, 2 wrong usage or bad input,",
            "            3 a failure of our own, 4 failed and unexplained.",
        },
        subcommands = {
            DemoCommand.class,
            MatrixCommand.class,
            ExplainCommand.class,
            ReplicaCommand.class,
            ReplicateCommand.class,
            StatusCommand.class,
            VerifyCommand.class,
            ConformanceCommand.class,
            CertsCommand.class,
            MiddleboxCommand.class,
            ListCommand.class
        })
public final class Main implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** Picocli makes it and fills in the specification. */
    @SuppressWarnings("NullAway.Init") // picocli sets the field before it calls
    Main() {}

    public static void main(String[] arguments) {
        System.exit(run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments));
    }

    /** The same with other outputs than the process's own; returns the exit code. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine commandLine = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(110)
                // It is --adversity that reads @FILE.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((exception, given) -> usage(exception, err))
                .setExecutionExceptionHandler((exception, command, result) -> failure(exception, err));
        return commandLine.execute(arguments);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCode.OK.code();
    }

    private static int usage(ParameterException exception, PrintWriter err) {
        CommandLine command = exception.getCommandLine();
        err.println("throughline: " + exception.getMessage());
        err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.code();
    }

    private static int failure(Exception exception, PrintWriter err) {
        if (exception instanceof BadInputException) {
            err.println("throughline: " + exception.getMessage());
            return ExitCode.USAGE.code();
        }
        err.println("throughline: a failure of its own: " + exception);
        exception.printStackTrace(err);
        return ExitCode.FAILURE.code();
    }
}
