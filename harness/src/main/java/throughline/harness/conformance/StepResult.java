package throughline.harness.conformance;

/**
 * What became of a step.
 *
 * @param step its name
 * @param kept whether the replica answered as promised
 * @param expected the promise, for people
 * @param seen the answer, or why there was none, for people
 */
public record StepResult(String step, boolean kept, String expected, String seen) {

    @Override
    public String toString() {
        return kept ? "kept    " + step : "BROKEN  " + step + "\n  expected " + expected + "\n  seen     " + seen;
    }
}
