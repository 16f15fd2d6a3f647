package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.evidence.CaseFile;

/** The verdict of all rules on a case, and what is expected of it. */
final class Judgement {
    private static final Diagnostician DIAGNOSTICIAN = new Diagnostician(Rules.all());

    private Judgement() {}

    static Verdict verdict(CaseFile file) {
        return DIAGNOSTICIAN.diagnose(file);
    }

    static Diagnosed assertCause(CaseFile file, String rule, Confidence confidence) {
        Verdict verdict = verdict(file);
        assertThat(verdict.crashedRules()).isEmpty();
        assertThat(verdict).isInstanceOf(Diagnosed.class);
        Diagnosed diagnosed = (Diagnosed) verdict;
        assertThat(diagnosed.finding().rule())
                .as(diagnosed.finding().explanation())
                .hasToString(rule);
        assertThat(diagnosed.finding().confidence()).isEqualTo(confidence);
        return diagnosed;
    }

    static Unexplained assertUnexplained(CaseFile file) {
        Verdict verdict = verdict(file);
        assertThat(verdict.crashedRules()).isEmpty();
        assertThat(verdict).isInstanceOf(Unexplained.class);
        return (Unexplained) verdict;
    }

    static Works assertWorks(CaseFile file, String... rules) {
        Verdict verdict = verdict(file);
        assertThat(verdict.crashedRules()).isEmpty();
        assertThat(verdict).isInstanceOf(Works.class);
        Works works = (Works) verdict;
        assertThat(works.findings()).extracting(found -> found.rule().value()).containsExactlyInAnyOrder(rules);
        return works;
    }

    /** What one rule claims, whatever the others say. */
    static Optional<Finding> claim(CaseFile file, String id) {
        Rule rule = rule(id);
        return file.witnesses().containsAll(rule.needs())
                ? rule.examine(new ConnectionCase(file, DecisiveConnection.of(file)))
                : Optional.empty();
    }

    static void assertSilent(CaseFile file, String... ids) {
        for (String id : ids) {
            assertThat(claim(file, id)).as(id).isEmpty();
        }
    }

    static List<String> names(List<Finding> findings) {
        return findings.stream().map(found -> found.rule().value()).toList();
    }

    private static Rule rule(String id) {
        return Rules.all().stream()
                .filter(rule -> rule.id().value().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no rule " + id));
    }
}
