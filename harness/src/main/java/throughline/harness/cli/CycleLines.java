package throughline.harness.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import throughline.harness.report.Amounts;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.evidence.CaseFile;
import throughline.primary.replication.CycleProgress;
import throughline.primary.replication.CycleResult;
import throughline.primary.replication.ReplicationListener;

/** A replication on the terminal: a bar while a cycle runs, a line when something has happened. */
final class CycleLines implements ReplicationListener {
    private final Terminal terminal;
    private final ProgressLine progress;
    private final String machine;
    private final Print print;
    private final Consumer<CaseFile> failed;
    private Optional<Finding> told = Optional.empty();
    private long began;
    private long last;

    /** What is printed of a cycle that got through. */
    enum Print {
        /** Nothing here: it is the only one, and whoever ran it prints more. */
        NOTHING,
        LINE,
        VERDICT_AS_JSON
    }

    /**
     * For one machine.
     *
     * @param failed is given the case file of each cycle that failed by the interval
     */
    CycleLines(Terminal terminal, String machine, Print print, Consumer<CaseFile> failed) {
        this.terminal = terminal;
        this.progress = new ProgressLine(terminal);
        this.machine = machine;
        this.print = print;
        this.failed = failed;
    }

    @Override
    public synchronized void progress(CycleProgress cycle) {
        if (last == 0 || cycle.done() < last) {
            began = System.nanoTime();
        }
        last = cycle.done();
        long done = Math.min(cycle.done(), cycle.changed());
        Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
        progress.show(new TransferText(machine, done, cycle.changed(), cycle.saved(), elapsed).line());
    }

    @Override
    public void slicesBecomeSmaller(long bytes) {
        note("slices are at most " + Amounts.bytes(bytes) + " from now on: one did not get through");
    }

    @Override
    public void retrying(Verdict verdict, Duration wait) {
        String what = verdict.rule().map(rule -> rule.value()).orElse("a cut that no rule explains");
        note(what + "; trying again in " + Amounts.time(wait));
    }

    @Override
    public void done(CycleResult result) {
        progress.clear();
        told = Optional.empty();
        switch (print) {
            case NOTHING -> {}
            case LINE -> terminal.out().println(now() + " " + text(result));
            case VERDICT_AS_JSON -> Verdicts.print(terminal, result.verdict(), true);
        }
        terminal.out().flush();
    }

    /** A cause is told in full once, and then in a line for as long as it stays; to a program, in full each time. */
    @Override
    public void failed(Verdict verdict, CaseFile caseFile) {
        progress.clear();
        boolean before = isAsBefore(verdict);
        if (before && print == Print.LINE) {
            terminal.out().println(now() + " " + told.orElseThrow().rule() + ", as before");
            terminal.out().flush();
        } else {
            Verdicts.print(terminal, verdict, print == Print.VERDICT_AS_JSON);
        }
        told = verdict instanceof Diagnosed diagnosed ? Optional.of(diagnosed.finding()) : Optional.empty();
        failed.accept(caseFile);
    }

    /** Its evidence is new each time; what it comes to is not. What nobody can explain is shown whenever it is seen. */
    private boolean isAsBefore(Verdict verdict) {
        return verdict instanceof Diagnosed diagnosed
                && told.filter(finding -> finding.rule()
                                        .equals(diagnosed.finding().rule())
                                && finding.explanation()
                                        .equals(diagnosed.finding().explanation())
                                && finding.remedy().equals(diagnosed.finding().remedy()))
                        .isPresent();
    }

    @Override
    public void diskFailed(IOException thrown) {
        note(String.valueOf(thrown.getMessage()));
    }

    @Override
    public void broken(RuntimeException thrown) {
        note("a cycle failed that should not: " + thrown);
    }

    /** Ends the bar. */
    void clear() {
        progress.clear();
    }

    /** What a receipt is for, and what it took. */
    static String text(CycleResult result) {
        CycleProgress amount = result.progress();
        String id = result.receipt().machine() + " " + result.receipt().epoch() + "/"
                + result.receipt().sequence();
        if (amount.changed() == 0) {
            return "receipt for " + id + ": nothing had changed, " + Amounts.time(result.took());
        }
        return "receipt for " + id + ": " + Amounts.bytes(amount.changed()) + " changed, "
                + Amounts.bytes(amount.sent()) + " sent"
                + (amount.zeros() > 0 ? ", " + Amounts.bytes(amount.zeros()) + " were zeros" : "")
                + (amount.saved() > 0 ? ", " + Amounts.bytes(amount.saved()) + " compressed away" : "")
                + (result.retries() > 0 ? ", at the " + (result.retries() + 1) + ". attempt" : "")
                + ", in " + Amounts.time(result.took());
    }

    private void note(String text) {
        progress.clear();
        terminal.err().println(now() + " " + text);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
}
