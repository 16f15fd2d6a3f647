package throughline.harness.face;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import throughline.harness.face.Imitations.Twin;

/** The differences that are meant, each with its reason: a data file. */
final class KnownDifferences {
    static final Path FILE = Path.of("src/test/resources/throughline/harness/face/differences.tsv");
    private static final String ANY = "*";
    private static final int CELLS = 6;

    private KnownDifferences() {}

    /**
     * One line.
     *
     * @param imitation its name's beginning, {@code *} for all
     * @param twin the beginning of a situation, {@code *} for all
     * @param own what the imitation shows, {@code *} for whatever
     * @param product what the product shows, likewise
     */
    record Known(String imitation, String twin, FaceField field, String own, String product, String reason) {
        boolean covers(Twin pair, FaceDifference difference) {
            return field == difference.field()
                    && begins(pair.imitation(), imitation)
                    && begins(pair.situation(), twin)
                    && is(difference.imitation(), own)
                    && is(difference.twin(), product);
        }

        private static boolean begins(String text, String beginning) {
            return beginning.equals(ANY)
                    || text.equals(beginning)
                    || text.startsWith(beginning + " ")
                    || text.startsWith(beginning + ",");
        }

        private static boolean is(String text, String wanted) {
            return wanted.equals(ANY) || text.equals(wanted);
        }
    }

    static List<Known> read() throws IOException {
        List<Known> known = new ArrayList<>();
        for (String line : Files.readAllLines(FILE)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\t", -1);
            if (cells.length != CELLS || cells[CELLS - 1].isBlank()) {
                throw new IllegalStateException(FILE.getFileName() + ": \"" + line + "\"");
            }
            known.add(new Known(
                    cells[0], cells[1], FaceField.find(cells[2]).orElseThrow(), cells[3], cells[4], cells[5]));
        }
        return known;
    }
}
