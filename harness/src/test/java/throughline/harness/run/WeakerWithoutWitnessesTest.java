package throughline.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.harness.topology.Axis.Certificates;
import throughline.harness.topology.Axis.Http;
import throughline.harness.topology.Axis.Tls;
import throughline.harness.topology.Cell;
import throughline.harness.topology.MatrixPlan;
import throughline.harness.topology.Topologies;
import throughline.harness.topology.Topology;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.Diagnostician;
import throughline.primary.diagnosis.Generality;
import throughline.primary.diagnosis.RuleId;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Setup;
import throughline.primary.evidence.Witness;

/** The same attempts, really made, read again with fewer witnesses: the answer may become weaker, never another one. */
class WeakerWithoutWitnessesTest {
    private static final Diagnostician DIAGNOSTICIAN = new Diagnostician(Rules.all());
    private static final Generality GENERALITY = new Generality(Rules.all());

    static List<Cell> failing() {
        MatrixPlan plan = new MatrixPlan(
                List.of(
                        Topologies.DIRECT,
                        Topologies.TUNNEL,
                        Topologies.INSPECTOR_TRUSTED,
                        Topologies.INSPECTOR_UNTRUSTED,
                        Topologies.INSPECTOR_TRANSPARENT,
                        Topologies.INSPECTOR_HANGING),
                List.of(Certificates.values()),
                List.of(Tls.values()),
                List.of(Http.HTTP_2));
        return plan.expand().stream()
                .filter(cell -> cell.topology().endsTls() || cell.certificates() != Certificates.GOOD)
                // Each costs three seconds of silence, and the certificates behind an inspector make no difference.
                .filter(cell -> !cell.topology().equals(Topologies.INSPECTOR_HANGING)
                        || cell.certificates() == Certificates.GOOD)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("failing")
    void theAnswerIsTheSameOrWeaker(Cell cell) {
        CaseFile file = attempt(cell).caseFile();
        RuleId answer = DIAGNOSTICIAN.diagnose(file).rule().orElseThrow();

        for (Set<Witness> missing : subsets(Witness.values())) {
            for (boolean pinned : new boolean[] {true, false}) {
                Verdict verdict = DIAGNOSTICIAN.diagnose(without(file, missing, pinned));
                assertThat(verdict.rule())
                        .as("without %s, %s", missing, pinned ? "pinned" : "not pinned")
                        .satisfiesAnyOf(
                                rule -> assertThat(rule).isEmpty(),
                                rule -> assertThat(rule).contains(answer),
                                rule -> assertThat(GENERALITY.isWeaker(rule.orElseThrow(), answer))
                                        .isTrue());
                assertThat(verdict.crashedRules()).isEmpty();
            }
        }
    }

    @Test
    void withoutPinAndReplicaATrustedInspectorIsNotCalledCertain() {
        Verdict verdict = DIAGNOSTICIAN.diagnose(
                without(attempt(good(Topologies.INSPECTOR_TRUSTED)).caseFile(), EnumSet.of(Witness.REPLICA), false));

        assertThat(verdict.rule()).contains(new RuleId("mtls.not-requested"));
        assertThat(((Verdict.Diagnosed) verdict).alsoPossible())
                .anySatisfy(finding -> assertThat(finding.rule()).isEqualTo(new RuleId("tls.inspected")));
    }

    @Test
    void withoutPinAndReplicaAnUntrustedInspectorMayBeAPrivateAuthority() {
        Verdict verdict = DIAGNOSTICIAN.diagnose(
                without(attempt(good(Topologies.INSPECTOR_UNTRUSTED)).caseFile(), EnumSet.of(Witness.REPLICA), false));

        assertThat(verdict.rule()).contains(new RuleId("tls.replica-ca-not-trusted"));
        assertThat(verdict.confidence()).contains(Confidence.LIKELY);
        assertThat(((Verdict.Diagnosed) verdict).alsoPossible())
                .anySatisfy(finding -> assertThat(finding.rule()).isEqualTo(new RuleId("tls.inspected")));
    }

    @Test
    void thePinAloneSettlesIt() {
        Verdict verdict = DIAGNOSTICIAN.diagnose(
                without(attempt(good(Topologies.INSPECTOR_TRUSTED)).caseFile(), EnumSet.of(Witness.REPLICA), true));

        assertThat(verdict.rule()).contains(new RuleId("tls.inspected"));
        assertThat(verdict.confidence()).contains(Confidence.CERTAIN);
    }

    @Test
    void theReplicasAccountAloneSettlesIt() {
        Verdict verdict = DIAGNOSTICIAN.diagnose(
                without(attempt(good(Topologies.INSPECTOR_TRUSTED)).caseFile(), EnumSet.noneOf(Witness.class), false));

        assertThat(verdict.rule()).contains(new RuleId("tls.inspected"));
        assertThat(verdict.confidence()).contains(Confidence.CERTAIN);
    }

    private static Cell good(Topology topology) {
        return new Cell(topology, Certificates.GOOD, Tls.TLS_1_3, Http.HTTP_2);
    }

    private static Attempt attempt(Cell cell) {
        try (Testbed bed = Testbed.open(cell)) {
            return bed.tryPath();
        }
    }

    private static CaseFile without(CaseFile file, Set<Witness> missing, boolean pinned) {
        Set<Witness> witnesses = EnumSet.copyOf(file.witnesses());
        witnesses.removeAll(missing);
        List<Evidence> evidence = file.evidence().stream()
                .filter(piece -> !missing.contains(piece.witness()))
                .toList();
        Setup setup = file.setup();
        Setup unpinned = new Setup(
                setup.host(),
                setup.port(),
                setup.proxy(),
                setup.proxyCredentials(),
                setup.identity(),
                setup.trusted(),
                pinned ? setup.pins() : List.of(),
                setup.tlsVersions(),
                setup.httpVersions(),
                setup.runtime());
        return new CaseFile(
                file.schema(),
                file.attempt(),
                file.startedAt(),
                file.took(),
                file.outcome(),
                unpinned,
                witnesses,
                evidence);
    }

    private static List<Set<Witness>> subsets(Witness[] all) {
        List<Set<Witness>> subsets = new ArrayList<>(List.of(EnumSet.noneOf(Witness.class)));
        for (Witness witness : all) {
            for (Set<Witness> smaller : List.copyOf(subsets)) {
                Set<Witness> larger = EnumSet.of(witness);
                larger.addAll(smaller);
                subsets.add(larger);
            }
        }
        return subsets;
    }
}
