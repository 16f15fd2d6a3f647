package throughline.harness.cli;

import throughline.harness.report.VerdictText;
import throughline.primary.CaseFormat;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Works;

/** A verdict on the command line: printed, and as an exit code. */
final class Verdicts {
    private Verdicts() {}

    static void print(Terminal terminal, Verdict verdict, boolean json) {
        terminal.out().print(json ? CaseFormat.write(verdict) : new VerdictText(terminal.style()).of(verdict));
        terminal.out().flush();
    }

    static ExitCode exitCode(Verdict verdict) {
        if (verdict instanceof Works) {
            return ExitCode.OK;
        }
        return verdict instanceof Diagnosed ? ExitCode.NEGATIVE : ExitCode.UNEXPLAINED;
    }
}
