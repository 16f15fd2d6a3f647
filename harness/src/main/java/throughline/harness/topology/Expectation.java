package throughline.harness.topology;

import java.util.Optional;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.RuleId;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Works;

/**
 * What a cell should come to, written down beforehand.
 *
 * @param works whether replication should
 * @param rule absent when it should, and when there is no rule yet that knows what is in the way
 * @param confidence likewise
 */
public record Expectation(boolean works, Optional<RuleId> rule, Optional<Confidence> confidence) {

    /** Whether the verdict is this one, no weaker and no stronger. */
    public boolean isMetBy(Verdict verdict) {
        return works == verdict instanceof Works
                && verdict.rule().equals(rule)
                && verdict.confidence().equals(confidence);
    }
}
