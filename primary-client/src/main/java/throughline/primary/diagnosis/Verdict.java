package throughline.primary.diagnosis;

import java.util.List;
import java.util.Optional;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Phase;

/** What a diagnosis comes to. */
public sealed interface Verdict {

    /** Rules that failed while examining: shown beside the verdict, never swallowed. */
    List<CrashedRule> crashedRules();

    /** The rule that names the cause; present exactly when the verdict is {@link Diagnosed}. */
    default Optional<RuleId> rule() {
        return Optional.empty();
    }

    /** How sure the cause is; present exactly when the verdict is {@link Diagnosed}. */
    default Optional<Confidence> confidence() {
        return Optional.empty();
    }

    /** Replication got through. Findings may still be worth knowing, such as an inspector that lets it pass. */
    record Works(List<Finding> findings, List<CrashedRule> crashedRules) implements Verdict {}

    /**
     * The cause is named.
     *
     * @param consequences what went wrong later because of it, in the order observed
     * @param alsoPossible other explanations of the same evidence, strongest first
     */
    record Diagnosed(
            Finding finding, List<Evidence> consequences, List<Finding> alsoPossible, List<CrashedRule> crashedRules)
            implements Verdict {
        @Override
        public Optional<RuleId> rule() {
            return Optional.of(finding.rule());
        }

        @Override
        public Optional<Confidence> confidence() {
            return Optional.of(finding.confidence());
        }
    }

    /**
     * It failed and no rule says why: an honest answer, and a gap in the rules.
     *
     * @param phase the first one in which something adverse was observed, or the last one reached
     * @param adverse everything that speaks against success, in the order observed
     * @param alsoPossible explanations that are consistent with the evidence but do not follow from it
     */
    record Unexplained(Phase phase, List<Evidence> adverse, List<Finding> alsoPossible, List<CrashedRule> crashedRules)
            implements Verdict {}

    /** A rule that threw while examining. */
    record CrashedRule(RuleId rule, String failure) {}
}
