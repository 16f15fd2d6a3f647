package throughline.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.harness.middlebox.external.NotHereException;
import throughline.harness.topology.Topologies;
import throughline.harness.topology.Topology;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.FailureKind;

class TestbedTest {
    @TempDir
    static Path folder;

    private static Path image;

    @BeforeAll
    static void makeImage() throws IOException {
        image = ExampleImage.make(folder).file();
    }

    static List<Topology> passing() {
        return List.of(Topologies.DIRECT, Topologies.RELAY, Topologies.TUNNEL, Topologies.INSPECTOR_EXEMPT);
    }

    @ParameterizedTest
    @MethodSource("passing")
    void aPathThatLeavesTlsAloneCarriesTheImageByteByByte(Topology topology) throws IOException {
        try (Testbed bed = Testbed.open(topology)) {
            Attempt attempt = bed.replicate(image);

            assertThat(attempt.verdict()).isEqualTo(new Works(List.of(), List.of()));
            assertThat(attempt.path().problems()).isEmpty();
            assertThat(bed.mismatch(image)).isEqualTo(-1);
            assertThat(attempt.receipt()).isPresent();
        }
    }

    @Test
    void anInspectorsPageIsListedAsAConsequence() {
        try (Testbed bed = Testbed.open(Topologies.INSPECTOR_TRUSTED)) {
            Diagnosed verdict = (Diagnosed) bed.tryPath().verdict();

            assertThat(verdict.finding().explanation()).contains("CN=Acme TLS Inspection CA");
            assertThat(verdict.consequences())
                    .filteredOn(Answered.class::isInstance)
                    .singleElement()
                    .satisfies(piece -> assertThat(((Answered) piece).status()).isEqualTo(502));
        }
    }

    @Test
    void anInspectorsSilenceIsListedAsAConsequence() {
        try (Testbed bed = Testbed.open(Topologies.INSPECTOR_HANGING)) {
            Diagnosed verdict = (Diagnosed) bed.tryPath().verdict();

            List<Evidence> failed = verdict.consequences().stream()
                    .filter(ExchangeFailed.class::isInstance)
                    .toList();
            assertThat(failed)
                    .singleElement()
                    .satisfies(piece -> assertThat(
                                    ((ExchangeFailed) piece).failure().kind())
                            .isEqualTo(FailureKind.TIMED_OUT));
        }
    }

    /** Tinyproxy takes no name, not even localhost, where it is to listen. */
    @Test
    void aRealBoxListensOnTheAddressOfTheTestbed() {
        try (Testbed bed = Testbed.open(Topologies.find("real-tinyproxy").orElseThrow())) {
            assertThat(bed.tryPath().verdict()).isEqualTo(new Works(List.of(), List.of()));
        } catch (NotHereException e) {
            abort(e.getMessage());
        }
    }

    @Test
    void closingRemovesTheFolderWithTheReplicasDisks() {
        Path own;
        try (Testbed bed = Testbed.open(Topologies.DIRECT)) {
            bed.replicate(image);
            own = bed.folder();
            assertThat(own.resolve("store")).isNotEmptyDirectory();
        }
        assertThat(own).doesNotExist();
    }

    /** The check of the path must itself be able to fail. */
    @Test
    void trafficThatGoesAroundTheBoxIsNoticed() {
        try (Testbed around = Testbed.open(Topologies.DIRECT);
                Testbed bed = Testbed.open(Topologies.TUNNEL)) {
            Attempt elsewhere = around.tryPath();

            assertThat(PathCheck.of(bed, elsewhere.caseFile(), elsewhere.receipt())
                            .held())
                    .isFalse();
        }
    }
}
