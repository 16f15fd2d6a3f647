package throughline.harness.topology;

import java.util.Optional;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.RuleId;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Works;

/**
 * What a cell should come to, written down beforehand.
 *
 * @param rule absent when replication should work
 * @param confidence likewise
 */
public record Expectation(Optional<RuleId> rule, Optional<Confidence> confidence) {

    /** Whether the verdict is this one, no weaker and no stronger. */
    public boolean isMetBy(Verdict verdict) {
        return rule.isEmpty()
                ? verdict instanceof Works
                : verdict.rule().equals(rule) && verdict.confidence().equals(confidence);
    }
}
