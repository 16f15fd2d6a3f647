package throughline.harness.face;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import throughline.harness.middlebox.external.RealBox;

/**
 * Records the products that are installed, and writes the table anew. No test, and so not run unless it is named: {@code mvn -pl
 * harness -am test -Dtest=FaceRecording -Dsurefire.failIfNoSpecifiedTests=false}. It takes about two minutes.
 */
class FaceRecording {
    private static final Path FILE = Path.of("src/main/resources/throughline/harness/face/faces.tsv");

    /** More would make silence of what is merely slow. */
    private static final int AT_ONCE = 3;

    @Test
    void writesTheTable() throws Exception {
        RealFaces faces = new RealFaces(new FaceLaboratory(InstantSource.system()));
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        List<RecordedFaces.Row> rows = new ArrayList<>();
        try {
            List<Future<List<RecordedFaces.Row>>> boxes = new ArrayList<>();
            for (RealBox box : RealBox.values()) {
                boxes.add(pool.submit(() -> faces.of(box)));
            }
            for (Future<List<RecordedFaces.Row>> box : boxes) {
                rows.addAll(box.get());
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(rows).as("faces of the products that are here").isNotEmpty();
        Files.writeString(FILE, RecordedFaces.read().with(rows).text());
    }
}
