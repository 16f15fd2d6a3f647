package throughline.harness.cli;

/** What a command prints on standard output. */
public final class PrintedCommand {
    private PrintedCommand() {}

    public static String of(String... arguments) {
        return CommandLineRun.of(arguments).out();
    }
}
