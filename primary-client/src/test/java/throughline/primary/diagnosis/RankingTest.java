package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.REPLICA;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.primary.diagnosis.Stories.Story;
import throughline.primary.diagnosis.Verdict.CrashedRule;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.primary.evidence.TlsEvidence.Sender;
import throughline.primary.evidence.Witness;

/** How the claims of several rules become one verdict. */
class RankingTest {
    /** Untrusted chain, failed handshake: two adverse pieces, in the phase of the server's certificate. */
    private static final CaseFile FILE = Cases.direct()
            .on(wire -> wire.hello()
                    .showsUntrusted(REPLICA, LAB_ROOT)
                    .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED))
            .failed();

    /** Claims always the same, resting on the first piece of evidence in its phase. */
    private static final class Claiming extends Rule {
        private final Confidence confidence;

        Claiming(String id, Phase phase, Confidence confidence, String... generalises) {
            super(id, "a rule for tests", phase, Set.of(), Set.of(generalises));
            this.confidence = confidence;
        }

        @Override
        public Optional<Finding> examine(ConnectionCase connection) {
            Evidence because = connection.evidence().stream()
                    .filter(piece -> piece.phase() == phase())
                    .findFirst()
                    .orElse(connection.evidence().get(0));
            return finding(confidence, "Something is the matter.", "Mend it.", List.of(because));
        }
    }

    private static final class Crashing extends Rule {
        Crashing() {
            super("test.crashing", "a rule for tests", Phase.NAME, Set.of(), Set.of());
        }

        @Override
        public Optional<Finding> examine(ConnectionCase connection) {
            throw new IllegalStateException("a bug");
        }
    }

    private static final class NeedsControl extends Rule {
        NeedsControl() {
            super("test.control", "a rule for tests", Phase.NAME, Set.of(Witness.CONTROL), Set.of());
        }

        @Override
        public Optional<Finding> examine(ConnectionCase connection) {
            return finding(
                    Confidence.CERTAIN,
                    "Something is the matter.",
                    "Mend it.",
                    connection.evidence().subList(0, 1));
        }
    }

    private static Verdict verdict(Rule... rules) {
        return new Diagnostician(List.of(rules)).diagnose(FILE);
    }

    private static Diagnosed diagnosed(Rule... rules) {
        return (Diagnosed) verdict(rules);
    }

    @Test
    void whatIsOnlyPossibleIsNeverTheAnswer() {
        Unexplained unexplained = (Unexplained) verdict(new Claiming("test.possible", Phase.NAME, Confidence.POSSIBLE));

        assertThat(Judgement.names(unexplained.alsoPossible())).containsExactly("test.possible");
    }

    @Test
    void theEarliestPhaseWinsEvenOverAStrongerClaim() {
        Diagnosed diagnosed = diagnosed(
                new Claiming("test.late", Phase.SERVER_CERTIFICATE, Confidence.CERTAIN),
                new Claiming("test.early", Phase.HELLO, Confidence.LIKELY));

        assertThat(diagnosed.rule()).hasValue(new RuleId("test.early"));
    }

    @Test
    void ofOnePhaseTheStrongerClaimWins() {
        Diagnosed diagnosed = diagnosed(
                new Claiming("test.likely", Phase.HELLO, Confidence.LIKELY),
                new Claiming("test.certain", Phase.HELLO, Confidence.CERTAIN));

        assertThat(diagnosed.rule()).hasValue(new RuleId("test.certain"));
    }

    @Test
    void ofEquallyStrongClaimsTheMoreSpecificWins() {
        Diagnosed diagnosed = diagnosed(
                new Claiming("test.general", Phase.HELLO, Confidence.LIKELY, "test.specific"),
                new Claiming("test.specific", Phase.HELLO, Confidence.LIKELY));

        assertThat(diagnosed.rule()).hasValue(new RuleId("test.specific"));
    }

    @Test
    void otherwiseTheOneListedFirstWins() {
        Diagnosed diagnosed = diagnosed(
                new Claiming("test.second", Phase.HELLO, Confidence.LIKELY),
                new Claiming("test.first", Phase.HELLO, Confidence.LIKELY));

        assertThat(diagnosed.rule()).hasValue(new RuleId("test.second"));
    }

    @Test
    void alsoPossibleHasNeitherWeakerFormsOfTheAnswerNorWhatIsClaimedOfLaterPhases() {
        Diagnosed diagnosed = diagnosed(
                new Claiming("test.answer", Phase.HELLO, Confidence.LIKELY),
                new Claiming("test.weaker", Phase.HELLO, Confidence.LIKELY, "test.middle"),
                new Claiming("test.middle", Phase.HELLO, Confidence.LIKELY, "test.answer"),
                new Claiming("test.later", Phase.SERVER_CERTIFICATE, Confidence.CERTAIN),
                new Claiming("test.other", Phase.HELLO, Confidence.POSSIBLE),
                new Claiming("test.earlier", Phase.NAME, Confidence.POSSIBLE),
                new Claiming("test.equal", Phase.HELLO, Confidence.LIKELY));

        assertThat(diagnosed.rule()).hasValue(new RuleId("test.answer"));
        assertThat(Judgement.names(diagnosed.alsoPossible()))
                .containsExactly("test.equal", "test.earlier", "test.other");
    }

    @Test
    void consequencesAreInOrderAndDoNotRepeatWhatTheFindingRestsOn() {
        CaseFile file = Cases.throughProxy()
                .pinned(REPLICA)
                .on(wire -> wire.hello()
                        .showsUntrusted(Certificates.FORGED, Certificates.ACME)
                        .alert(Sender.US, 46, "certificate_unknown")
                        .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED))
                .otherSeen()
                .failed();

        Diagnosed diagnosed = Judgement.assertCause(file, "tls.inspected", Confidence.LIKELY);

        assertThat(diagnosed.finding().because()).extracting(Evidence::kind).containsExactly("chain-shown");
        assertThat(diagnosed.consequences())
                .extracting(Evidence::kind)
                .containsExactly("alert-seen", "handshake-failed", "other-connection-seen");
    }

    @Test
    void whatWentWrongEarlierIsNoConsequence() {
        CaseFile file = Cases.throughProxy()
                .withProxyCredentials()
                .on(wire -> wire.connected()
                        .tunnelAnswers(407, "Proxy Authentication Required", "")
                        .tunnelAnswers(200, "Connection established", "")
                        .sendsHello()
                        .notTls("<html>"))
                .failed();

        assertThat(Judgement.assertCause(file, "replica.not-tls", Confidence.CERTAIN)
                        .consequences())
                .isEmpty();
    }

    @Test
    void aRuleThatCrashesIsShownAndTheOthersStillAnswer() {
        Diagnosed diagnosed = diagnosed(new Crashing(), new Claiming("test.likely", Phase.HELLO, Confidence.LIKELY));

        assertThat(diagnosed.rule()).hasValue(new RuleId("test.likely"));
        assertThat(diagnosed.crashedRules())
                .containsExactly(
                        new CrashedRule(new RuleId("test.crashing"), "java.lang.IllegalStateException: a bug"));
    }

    @Test
    void aRuleThatCrashesIsShownWhateverTheVerdict() {
        CaseFile worked = Cases.direct().on(wire -> wire.hello()).succeeded();

        assertThat(verdict(new Crashing()).crashedRules()).hasSize(1);
        assertThat(new Diagnostician(List.of(new Crashing())).diagnose(worked))
                .isInstanceOfSatisfying(
                        Works.class, works -> assertThat(works.crashedRules()).hasSize(1));
    }

    @Test
    void aRuleWhoseWitnessIsAbsentDoesNotRun() {
        assertThat(verdict(new NeedsControl())).isInstanceOf(Unexplained.class);
        assertThat(new Diagnostician(List.of(new NeedsControl()))
                        .diagnose(FILE.with(Set.of(Witness.CONTROL), List.of()))
                        .rule())
                .hasValue(new RuleId("test.control"));
    }

    @Test
    void everyRealRuleIsSilentWithoutTheWitnessesItNeeds() {
        for (Rule rule : Rules.all()) {
            for (Witness witness : rule.needs()) {
                Stories.all()
                        .map(Story::file)
                        .map(file -> without(file, witness))
                        .map(Judgement::verdict)
                        .forEach(verdict -> assertThat(verdict.rule()).isNotEqualTo(Optional.of(rule.id())));
            }
        }
    }

    private static CaseFile without(CaseFile file, Witness witness) {
        return new CaseFile(
                file.schema(),
                file.attempt(),
                file.startedAt(),
                file.took(),
                file.outcome(),
                file.setup(),
                Set.copyOf(file.witnesses().stream()
                        .filter(present -> present != witness)
                        .toList()),
                file.evidence());
    }

    static Stream<Story> stories() {
        return Stories.all();
    }

    @ParameterizedTest
    @MethodSource("stories")
    void theSameCaseGivesTheSameVerdict(Story story) {
        assertThat(new Diagnostician(Rules.all()).diagnose(story.file()))
                .isEqualTo(new Diagnostician(Rules.all()).diagnose(story.file()));
    }

    @ParameterizedTest
    @MethodSource("stories")
    void theOrderOfEvidenceOfOneInstantChangesNoFinding(Story story) {
        Diagnosed expected = (Diagnosed) Judgement.verdict(atOneInstant(story.file(), new Random(0)));
        for (int seed = 1; seed < 50; seed++) {
            Diagnosed shuffled = (Diagnosed) Judgement.verdict(atOneInstant(story.file(), new Random(seed)));

            assertThat(shuffled.finding()).isEqualTo(expected.finding());
            assertThat(shuffled.alsoPossible()).isEqualTo(expected.alsoPossible());
            assertThat(shuffled.consequences()).containsExactlyInAnyOrderElementsOf(expected.consequences());
        }
    }

    /** Which of two pieces comes first is only known to the clock; where the clock does not tell, it must not matter. */
    private static CaseFile atOneInstant(CaseFile file, Random random) {
        List<Evidence> evidence = new ArrayList<>(file.evidence());
        Collections.shuffle(evidence, random);
        return new CaseFile(
                file.schema(),
                file.attempt(),
                file.startedAt(),
                file.took(),
                file.outcome(),
                file.setup(),
                file.witnesses(),
                evidence);
    }

    @ParameterizedTest
    @EnumSource(Confidence.class)
    void whatSucceededWorksWhateverIsFound(Confidence confidence) {
        CaseFile worked = Cases.direct()
                .on(wire -> wire.hello()
                        .showsTrusted(REPLICA, LAB_ROOT)
                        .asked(CertificateAnswer.SENT)
                        .finishes(REPLICA, LAB_ROOT)
                        .replicaAnswers(Exchange.ANNOUNCE))
                .succeeded();
        Verdict verdict =
                new Diagnostician(List.of(new Claiming("test.found", Phase.HELLO, confidence))).diagnose(worked);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Works.class,
                        works -> assertThat(Judgement.names(works.findings())).containsExactly("test.found"));
        assertThat(verdict.rule()).isEmpty();
        assertThat(verdict.confidence()).isEmpty();
    }

    @Test
    void aFindingWithoutEvidenceIsRefused() {
        assertThatThrownBy(() -> new Finding(
                        new RuleId("test.empty"), Phase.HELLO, Confidence.CERTAIN, "So it is.", "Mend it.", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("test.empty");
    }
}
