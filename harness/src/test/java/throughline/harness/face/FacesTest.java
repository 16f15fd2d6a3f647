package throughline.harness.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import throughline.harness.face.Imitations.Twin;
import throughline.harness.face.KnownDifferences.Known;
import throughline.harness.middlebox.Middlebox;

/** Every imitation shows what its twin was recorded to show, but for what is written down with a reason. */
class FacesTest {
    /** As long as anything takes on a machine that is busy. */
    private static final Duration LONG = Duration.ofSeconds(10);

    /** Where the twin was silent for fifteen seconds; longer would only cost time. */
    private static final Duration SHORT = Duration.ofMillis(1_200);

    private static final Map<Twin, List<FaceDifference>> DIFFERENCES = new LinkedHashMap<>();
    private static List<Known> known;

    @BeforeAll
    static void goThroughEveryImitation() throws Exception {
        known = KnownDifferences.read();
        RecordedFaces recorded = RecordedFaces.read();
        FaceLaboratory laboratory = new FaceLaboratory(InstantSource.system());
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
            Map<Twin, Future<Face>> faces = new LinkedHashMap<>();
            for (Twin twin : Imitations.all()) {
                Face product = productsFace(recorded, twin);
                faces.put(twin, pool.submit(() -> face(laboratory, twin, product)));
            }
            for (Map.Entry<Twin, Future<Face>> one : faces.entrySet()) {
                DIFFERENCES.put(
                        one.getKey(), one.getValue().get().differencesFrom(productsFace(recorded, one.getKey())));
            }
        } finally {
            pool.shutdown();
        }
    }

    @BeforeEach
    void onTheJavaThatWasRecorded() {
        assumeThat(Runtime.version().feature())
                .as("the recorded replica was Java 17; later versions send other alerts")
                .isEqualTo(17);
    }

    @Test
    void noDifferenceIsUnknown() {
        List<String> unknown = new ArrayList<>();
        DIFFERENCES.forEach((twin, differences) -> differences.stream()
                .filter(difference -> known.stream().noneMatch(one -> one.covers(twin, difference)))
                .forEach(difference -> unknown.add(line(twin, difference))));

        assertThat(String.join("\n", unknown)).isEmpty();
    }

    @Test
    void noKnownDifferenceHasGone() {
        assertThat(known)
                .allSatisfy(one -> assertThat(DIFFERENCES.entrySet())
                        .as("%s", one)
                        .anyMatch(
                                entry -> entry.getValue().stream().anyMatch(seen -> one.covers(entry.getKey(), seen))));
    }

    /** Run with {@code -Dthroughline.docs=write} to bring the page up to date. */
    @Test
    void thePageShowsTheDifferences() throws IOException {
        FacesPage page = new FacesPage(RecordedFaces.read(), known, DIFFERENCES);
        String shown = Files.readString(FacesPage.FILE);
        String expected = page.in(shown);
        if ("write".equals(System.getProperty("throughline.docs"))) {
            Files.writeString(FacesPage.FILE, expected);
        } else {
            assertThat(shown).isEqualTo(expected);
        }
    }

    private static Face productsFace(RecordedFaces recorded, Twin twin) {
        return recorded.of(twin.situation())
                .orElseThrow(() -> new IllegalStateException("no face of " + twin.situation()));
    }

    private static Face face(FaceLaboratory laboratory, Twin twin, Face product)
            throws IOException, InterruptedException {
        boolean silent = product.of(FaceField.ENDING).filter("silence"::equals).isPresent();
        boolean any = twin.replica() == ReplicaManner.ANY;
        try (WitnessReplica replica = WitnessReplica.open(
                laboratory, any ? ReplicaManner.ABORTS : twin.replica(), any ? "TLSv1.3" : twin.tls())) {
            if (twin.fault() == Fault.REPLICA_DOWN) {
                replica.takeDown();
            }
            try (Middlebox box = twin.box().apply(new Imitations.Path(laboratory, replica.address(), twin.fault()))) {
                return new FaceRecorder(laboratory, silent ? SHORT : LONG).record(box, replica, twin.fault());
            }
        }
    }

    private static String line(Twin twin, FaceDifference difference) {
        return String.join(
                "\t",
                twin.imitation(),
                twin.situation(),
                difference.field().title(),
                difference.imitation(),
                difference.twin());
    }
}
