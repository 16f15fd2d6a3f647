package throughline.harness.face;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The table of faces that were recorded of real products: a data file, one line each, sorted. */
public final class RecordedFaces {
    private static final String FILE = "faces.tsv";
    private static final String UNKNOWN = "?";
    private static final List<String> CASE = List.of("product", "mode", "replica", "tls", "fault", "source");
    private static final Comparator<Row> ORDER = Comparator.comparing(
                    (Row row) -> row.of().situation())
            .thenComparing(row -> row.of().product())
            .thenComparing(row -> row.of().source());

    private final List<Row> rows;

    private RecordedFaces(List<Row> rows) {
        this.rows = rows.stream().sorted(ORDER).toList();
    }

    /** One line. */
    public record Row(FaceCase of, Face face) {}

    /** Reads the file that comes with the harness. */
    public static RecordedFaces read() {
        try (InputStream in = RecordedFaces.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from the jar");
            }
            return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " cannot be read", e);
        }
    }

    /** @throws IllegalArgumentException with the line's number for what is no row */
    static RecordedFaces parse(List<String> lines) {
        List<Row> rows = new ArrayList<>();
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            if (at == 0 ? !line.equals(heading()) : line.isBlank()) {
                throw new IllegalArgumentException(FILE + " line " + (at + 1) + ": \"" + line + "\"");
            }
            if (at > 0) {
                rows.add(row(line, at + 1));
            }
        }
        return new RecordedFaces(rows);
    }

    /** In the order of the file. */
    public List<Row> rows() {
        return rows;
    }

    /**
     * What is known of a product in a situation: as the recorder took it, and where it did not look as it was first seen.
     *
     * @param situation see {@link FaceCase#situation()}
     */
    public Optional<Face> of(String situation) {
        return rows.stream()
                .filter(row -> row.of().situation().equals(situation))
                .sorted(Comparator.comparing((Row row) -> !row.of().recorded()))
                .map(Row::face)
                .reduce(Face::or);
    }

    /** With these in place of what was recorded of the same products in the same situations. */
    RecordedFaces with(List<Row> fresh) {
        List<FaceCase> replaced = fresh.stream().map(Row::of).toList();
        List<Row> both = new ArrayList<>(fresh);
        rows.stream().filter(row -> !replaced.contains(row.of())).forEach(both::add);
        return new RecordedFaces(both);
    }

    String text() {
        return rows.stream().map(RecordedFaces::line).collect(Collectors.joining("\n", heading() + "\n", "\n"));
    }

    private static String heading() {
        List<String> titles = new ArrayList<>(CASE);
        for (FaceField field : FaceField.values()) {
            titles.add(field.title());
        }
        return String.join("\t", titles);
    }

    private static String line(Row row) {
        FaceCase of = row.of();
        List<String> cells = new ArrayList<>(List.of(
                of.product(),
                of.mode(),
                of.replica().word(),
                of.tls(),
                of.fault().word(),
                of.source()));
        for (FaceField field : FaceField.values()) {
            cells.add(row.face().of(field).orElse(UNKNOWN));
        }
        return String.join("\t", cells);
    }

    private static Row row(String line, int number) {
        String[] cells = line.split("\t", -1);
        FaceField[] fields = FaceField.values();
        if (cells.length != CASE.size() + fields.length) {
            throw new IllegalArgumentException(FILE + " line " + number + " has " + cells.length + " cells");
        }
        FaceCase of = new FaceCase(
                cells[0],
                cells[1],
                ReplicaManner.find(cells[2]).orElseThrow(() -> unknown(number, "replica", cells[2])),
                cells[3],
                Fault.find(cells[4]).orElseThrow(() -> unknown(number, "fault", cells[4])),
                cells[5]);
        Map<FaceField, String> words = new EnumMap<>(FaceField.class);
        for (int i = 0; i < fields.length; i++) {
            String cell = cells[CASE.size() + i];
            if (!cell.equals(UNKNOWN)) {
                words.put(fields[i], cell);
            }
        }
        return new Row(of, new Face(words));
    }

    private static IllegalArgumentException unknown(int number, String column, String word) {
        return new IllegalArgumentException(FILE + " line " + number + ": " + column + " \"" + word + "\"");
    }
}
