package throughline.primary.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.Witness;

/** One way in which replication is kept from getting through, and how it is recognised. */
public abstract class Rule {
    private final RuleId id;
    private final String title;
    private final Phase phase;
    private final Set<Witness> needs;
    private final Set<RuleId> generalises;

    /**
     * Describes the rule.
     *
     * @param title one line for lists
     * @param phase where the path deviates if the rule holds
     * @param needs witnesses without which the rule says nothing: what it concludes from absence, they must have seen
     * @param generalises more specific rules of which this one is a weaker form: where one of them is the truth, this one
     *     is not wrong, only less
     */
    protected Rule(String id, String title, Phase phase, Set<Witness> needs, Set<String> generalises) {
        this.id = new RuleId(id);
        this.title = title;
        this.phase = phase;
        this.needs = Set.copyOf(needs);
        this.generalises = generalises.stream().map(RuleId::new).collect(Collectors.toUnmodifiableSet());
    }

    public final RuleId id() {
        return id;
    }

    public final String title() {
        return title;
    }

    public final Phase phase() {
        return phase;
    }

    public final Set<Witness> needs() {
        return needs;
    }

    public final Set<RuleId> generalises() {
        return generalises;
    }

    /** What the rule claims of this connection; empty when it does not apply. */
    public abstract Optional<Finding> examine(ConnectionCase connection);

    protected final Optional<Finding> finding(
            Confidence confidence, String explanation, String remedy, List<? extends Evidence> because) {
        return Optional.of(new Finding(id, phase, confidence, explanation, remedy, List.copyOf(because)));
    }
}
