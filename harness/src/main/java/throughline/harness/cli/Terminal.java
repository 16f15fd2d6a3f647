package throughline.harness.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import throughline.harness.report.Style;

/** Where a command prints: results on standard output, everything about its progress on standard error. */
record Terminal(PrintWriter out, PrintWriter err, Style style) {

    static Terminal of(CommandLine command) {
        // Picocli looks at NO_COLOR, CLICOLOR, TERM and at whether there is a terminal.
        Style style = Ansi.AUTO.enabled() ? Style.COLOURED : Style.PLAIN;
        return new Terminal(command.getOut(), command.getErr(), style);
    }

    boolean interactive() {
        return style == Style.COLOURED;
    }
}
