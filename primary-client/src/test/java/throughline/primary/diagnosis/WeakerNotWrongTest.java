package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.primary.diagnosis.Missing.Source;
import throughline.primary.diagnosis.Stories.Story;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.evidence.CaseFile;

/** Where witnesses are missing, the answer is the same, or weaker, or none; it is never another one. */
class WeakerNotWrongTest {
    private static final Generality GENERALITY = new Generality(Rules.all());

    static Stream<Story> stories() {
        return Stories.all();
    }

    @ParameterizedTest
    @MethodSource("stories")
    void allWitnessesTogetherTellTheTruth(Story story) {
        Judgement.assertCause(story.file(), story.truth(), Confidence.CERTAIN);
    }

    @ParameterizedTest
    @MethodSource("stories")
    void fewerWitnessesTellLessAndNothingElse(Story story) {
        RuleId truth = new RuleId(story.truth());
        List<String> wrong = new ArrayList<>();
        for (Set<Source> missing : Missing.everyCombination()) {
            Verdict verdict = Judgement.verdict(Missing.strip(story.file(), missing));
            assertThat(verdict.crashedRules()).isEmpty();
            verdict.rule()
                    .filter(named -> !named.equals(truth) && !GENERALITY.isWeaker(named, truth))
                    .ifPresent(named -> wrong.add("without " + missing + ": " + named + " "
                            + verdict.confidence().orElseThrow()));
        }
        assertThat(wrong).as("truth: " + truth).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("stories")
    void withoutAnyWitnessNothingIsClaimed(Story story) {
        CaseFile blind = Missing.strip(story.file(), EnumSet.allOf(Source.class));
        CaseFile silent = new CaseFile(
                blind.schema(),
                blind.attempt(),
                blind.startedAt(),
                blind.took(),
                blind.outcome(),
                blind.setup(),
                Set.of(),
                List.of());

        Judgement.assertUnexplained(silent);
    }
}
