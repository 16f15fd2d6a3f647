package throughline.primary.diagnosis;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The order that {@link Rule#generalises} spans: which answer is a weaker form of which. */
public final class Generality {
    private final Map<RuleId, Set<RuleId>> direct = new HashMap<>();
    private final List<RuleId> order;

    /** Refuses names of rules that are not in the list, and circles. */
    public Generality(List<Rule> rules) {
        order = rules.stream().map(Rule::id).toList();
        rules.forEach(rule -> direct.put(rule.id(), rule.generalises()));
        for (Rule rule : rules) {
            for (RuleId specific : rule.generalises()) {
                if (!direct.containsKey(specific)) {
                    throw new IllegalArgumentException(rule.id() + " generalises " + specific + ", which is no rule");
                }
                if (specific.equals(rule.id()) || isWeaker(specific, rule.id())) {
                    throw new IllegalArgumentException(rule.id() + " and " + specific + " generalise each other");
                }
            }
        }
    }

    /** Whether {@code general} says less than {@code specific} but nothing else: then it is weaker, not wrong. */
    public boolean isWeaker(RuleId general, RuleId specific) {
        return isWeaker(general, specific, direct.size());
    }

    private boolean isWeaker(RuleId general, RuleId specific, int steps) {
        Set<RuleId> below = direct.getOrDefault(general, Set.of());
        return steps > 0
                && (below.contains(specific) || below.stream().anyMatch(next -> isWeaker(next, specific, steps - 1)));
    }

    /** Specific rules before those that generalise them; otherwise as listed. */
    Comparator<RuleId> specificFirst() {
        return Comparator.<RuleId>comparingInt(this::height).thenComparingInt(order::indexOf);
    }

    /** How many levels of more specific rules there are below: more than for any of them. */
    private int height(RuleId rule) {
        return direct.getOrDefault(rule, Set.of()).stream()
                .mapToInt(specific -> height(specific) + 1)
                .max()
                .orElse(0);
    }
}
