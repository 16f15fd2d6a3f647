package throughline.harness.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import throughline.harness.middlebox.external.NotHereException;
import throughline.harness.run.CellResult.Result;
import throughline.harness.topology.Cell;
import throughline.harness.topology.Expectation;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Works;

/**
 * One cell, run once. Whatever fails in it stays in it.
 *
 * @param attempt absent when there was none
 */
record CellRun(CellResult result, Optional<Attempt> attempt) {

    static CellRun of(Cell cell, Expectation expectation, Path image, OpenTestbeds open) {
        long started = System.nanoTime();
        try (Testbed bed = Testbed.open(cell)) {
            if (!open.add(bed)) {
                return without(cell, expectation, Result.SKIPPED, started, "the run was cancelled");
            }
            try {
                Attempt attempt = bed.replicate(image);
                return open.cancelled()
                        ? without(cell, expectation, Result.SKIPPED, started, "the run was cancelled")
                        : judged(bed, expectation, image, attempt, started);
            } finally {
                open.remove(bed);
            }
        } catch (NotHereException e) {
            return without(cell, expectation, Result.SKIPPED, started, String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            return open.cancelled()
                    ? without(cell, expectation, Result.SKIPPED, started, "the run was cancelled")
                    : without(cell, expectation, Result.HARNESS_FAILURE, started, String.valueOf(e));
        }
    }

    private static CellRun judged(Testbed bed, Expectation expectation, Path image, Attempt attempt, long started)
            throws IOException {
        Verdict verdict = attempt.verdict();
        Result result;
        String note = "";
        if (!attempt.path().held()) {
            result = Result.HARNESS_FAILURE;
            note = "another path was taken: " + String.join("; ", attempt.path().problems());
        } else if (!expectation.isMetBy(verdict)) {
            result = Result.SURPRISING;
        } else if (!verdict.crashedRules().isEmpty()) {
            result = Result.SURPRISING;
            note = "a rule crashed: " + verdict.crashedRules().get(0);
        } else if (verdict instanceof Works && bed.mismatch(image) >= 0) {
            result = Result.SURPRISING;
            note = "the replica's image differs from byte " + bed.mismatch(image);
        } else {
            result = Result.AS_EXPECTED;
        }
        return new CellRun(
                CellResult.of(bed.cell(), expectation, result, Optional.of(attempt), since(started), note),
                Optional.of(attempt));
    }

    private static CellRun without(Cell cell, Expectation expectation, Result result, long started, String note) {
        return new CellRun(
                CellResult.of(cell, expectation, result, Optional.empty(), since(started), note), Optional.empty());
    }

    private static Duration since(long started) {
        return Duration.ofNanos(System.nanoTime() - started);
    }
}
