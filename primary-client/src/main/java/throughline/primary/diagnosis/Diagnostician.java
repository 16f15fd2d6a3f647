package throughline.primary.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import throughline.primary.diagnosis.Verdict.CrashedRule;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CaseFile.Outcome;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Phase;

/**
 * Runs every rule over a case and ranks what they claim. The same case always gives the same verdict.
 *
 * <p>The answer is the claim in the earliest phase, because what fails later fails because of it. A claim that is only
 * {@link Confidence#POSSIBLE} is never the answer. Of two claims in one phase the stronger wins, then the more specific.
 */
public final class Diagnostician {
    private final List<Rule> rules;
    private final Generality generality;

    public Diagnostician(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        this.generality = new Generality(rules);
    }

    public Verdict diagnose(CaseFile file) {
        ConnectionCase connection = new ConnectionCase(file, DecisiveConnection.of(file));
        List<CrashedRule> crashed = new ArrayList<>();
        List<Finding> findings = examine(file, connection, crashed);
        if (file.outcome() == Outcome.SUCCEEDED) {
            return new Works(findings, List.copyOf(crashed));
        }
        return answer(findings)
                .<Verdict>map(finding -> diagnosed(finding, findings, connection, crashed))
                .orElseGet(() -> unexplained(findings, connection, crashed));
    }

    private List<Finding> examine(CaseFile file, ConnectionCase connection, List<CrashedRule> crashed) {
        List<Finding> findings = new ArrayList<>();
        for (Rule rule : rules) {
            if (file.witnesses().containsAll(rule.needs())) {
                try {
                    rule.examine(connection).ifPresent(findings::add);
                } catch (RuntimeException e) {
                    crashed.add(new CrashedRule(rule.id(), e.toString()));
                }
            }
        }
        findings.sort(Comparator.comparing(Finding::phase)
                .thenComparing(Finding::confidence)
                .thenComparing(Finding::rule, generality.specificFirst()));
        return List.copyOf(findings);
    }

    private static Optional<Finding> answer(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.confidence() != Confidence.POSSIBLE)
                .findFirst();
    }

    private Diagnosed diagnosed(
            Finding finding, List<Finding> findings, ConnectionCase connection, List<CrashedRule> crashed) {
        List<Evidence> consequences = connection.evidence().stream()
                .filter(Evidence::adverse)
                .filter(piece -> piece.phase().compareTo(finding.phase()) >= 0)
                .filter(piece -> !finding.because().contains(piece))
                .filter(piece -> piece.phase() != finding.phase() || !isBefore(piece, finding.because()))
                .toList();
        return new Diagnosed(finding, consequences, alsoPossible(finding, findings), List.copyOf(crashed));
    }

    /** As the demand that came before credentials were refused: what was there first has not followed from it. */
    private static boolean isBefore(Evidence piece, List<Evidence> because) {
        return because.stream().allMatch(reason -> piece.after().compareTo(reason.after()) < 0);
    }

    /** A weaker form of the answer adds nothing to it, and what is claimed of a later phase follows from it. */
    private List<Finding> alsoPossible(Finding answer, List<Finding> findings) {
        return findings.stream()
                .filter(other -> !other.rule().equals(answer.rule()))
                .filter(other -> other.phase().compareTo(answer.phase()) <= 0)
                .filter(other -> !generality.isWeaker(other.rule(), answer.rule()))
                .sorted(Comparator.comparing(Finding::confidence))
                .toList();
    }

    private static Unexplained unexplained(
            List<Finding> findings, ConnectionCase connection, List<CrashedRule> crashed) {
        List<Evidence> adverse =
                connection.evidence().stream().filter(Evidence::adverse).toList();
        Phase phase = adverse.stream()
                .map(Evidence::phase)
                .min(Comparator.naturalOrder())
                .or(() -> connection.evidence().stream().map(Evidence::phase).max(Comparator.naturalOrder()))
                .orElse(Phase.CONFIGURATION);
        return new Unexplained(phase, adverse, findings, List.copyOf(crashed));
    }
}
