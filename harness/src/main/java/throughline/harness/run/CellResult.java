package throughline.harness.run;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import throughline.harness.topology.Cell;
import throughline.harness.topology.Expectation;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.RuleId;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Works;

/**
 * What came of a cell, as it stands in {@code run.json}.
 *
 * @param id of the cell, and its folder below {@code cells}
 * @param outcome absent when there was no attempt
 * @param rule absent unless diagnosed
 * @param confidence likewise
 * @param runs how many times it was run
 * @param asExpected how many of these met the expectation
 * @param thrown what a plain client would have been left with, by exception type, and how often: one cause wears several
 *     faces, depending on version and timing
 * @param note why it was skipped or what failed; absent when there is nothing to say
 */
public record CellResult(
        String id,
        String topology,
        String certificates,
        String tls,
        String http,
        Result result,
        Optional<Outcome> outcome,
        Optional<RuleId> rule,
        Optional<Confidence> confidence,
        Expected expected,
        Duration took,
        int runs,
        int asExpected,
        Map<String, Integer> thrown,
        Optional<String> note) {

    /** How a cell's verdict compares with what was written down. */
    public enum Result {
        AS_EXPECTED,
        SURPRISING,
        /** Not run: cancelled, or nothing is written down for it. */
        SKIPPED,
        /** The harness failed: no testbed, another path taken, the sanity cell failed. Says nothing about the product. */
        HARNESS_FAILURE
    }

    /** The three kinds of verdict. */
    public enum Outcome {
        WORKS,
        DIAGNOSED,
        UNEXPLAINED;

        static Outcome of(Verdict verdict) {
            if (verdict instanceof Works) {
                return WORKS;
            }
            return verdict instanceof Diagnosed ? DIAGNOSED : UNEXPLAINED;
        }
    }

    /** What was written down; rule and confidence only where a diagnosis is expected. */
    public record Expected(Outcome outcome, Optional<RuleId> rule, Optional<Confidence> confidence) {
        static Expected of(Expectation expectation) {
            Outcome outcome = expectation.rule().isPresent() ? Outcome.DIAGNOSED : Outcome.WORKS;
            return new Expected(outcome, expectation.rule(), expectation.confidence());
        }
    }

    static CellResult of(
            Cell cell, Expectation expectation, Result result, Optional<Attempt> attempt, Duration took, String note) {
        Optional<Verdict> verdict = attempt.map(Attempt::verdict);
        return new CellResult(
                cell.id(),
                cell.topology().id(),
                cell.certificates().id(),
                cell.tls().id(),
                cell.http().id(),
                result,
                verdict.map(Outcome::of),
                verdict.flatMap(Verdict::rule),
                verdict.flatMap(Verdict::confidence),
                Expected.of(expectation),
                took,
                result == Result.SKIPPED ? 0 : 1,
                result == Result.AS_EXPECTED ? 1 : 0,
                attempt.flatMap(Attempt::thrown)
                        .map(exception -> Map.of(exception.getClass().getSimpleName(), 1))
                        .orElse(Map.of()),
                note.isEmpty() ? Optional.empty() : Optional.of(note));
    }

    /** Another run of the same cell taken together with this one: the first that was not as expected is kept. */
    CellResult and(CellResult next) {
        Map<String, Integer> faces = new TreeMap<>(thrown);
        next.thrown.forEach((type, count) -> faces.merge(type, count, Integer::sum));
        CellResult shown = result == Result.AS_EXPECTED ? next : this;
        return new CellResult(
                id,
                topology,
                certificates,
                tls,
                http,
                shown.result,
                shown.outcome,
                shown.rule,
                shown.confidence,
                expected,
                took.plus(next.took),
                runs + next.runs,
                asExpected + next.asExpected,
                faces,
                shown.note);
    }
}
