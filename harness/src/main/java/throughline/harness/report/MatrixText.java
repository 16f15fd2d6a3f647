package throughline.harness.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import throughline.harness.run.CellResult;
import throughline.harness.run.CellResult.Outcome;
import throughline.harness.run.CellResult.Result;
import throughline.harness.run.RunRecord;

/**
 * A run as a table: a row per topology, a column per certificates. The TLS and HTTP versions of a cell share its place and
 * should agree; where they do not, the place says how many differ, and the lines below say which.
 */
public final class MatrixText {
    private static final int COLUMN = 17;

    private final Style style;

    public MatrixText(Style style) {
        this.style = style;
    }

    /** Table, then everything that is not as expected, then the counts; ends with a line feed. */
    public String of(RunRecord run) {
        StringBuilder text = new StringBuilder();
        Set<String> certificates =
                run.cells().stream().map(CellResult::certificates).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> topologies =
                run.cells().stream().map(CellResult::topology).collect(Collectors.toCollection(LinkedHashSet::new));
        int first = topologies.stream().mapToInt(String::length).max().orElse(0) + 2;
        row(
                text,
                first,
                "",
                certificates.stream().map(name -> broken(name, false)).toList(),
                List.of());
        for (String topology : topologies) {
            List<List<String>> places = new ArrayList<>();
            List<Boolean> good = new ArrayList<>();
            for (String certificate : certificates) {
                List<CellResult> cells = cells(run, topology, certificate);
                places.add(place(cells));
                good.add(cells.stream().allMatch(cell -> cell.result() == Result.AS_EXPECTED));
            }
            row(text, first, topology, places, good);
        }
        exceptions(text, run);
        if (!run.products().isEmpty()) {
            text.append(run.products().entrySet().stream()
                            .map(product -> product.getKey() + " " + product.getValue())
                            .collect(Collectors.joining(", ")))
                    .append('\n');
        }
        text.append(summary(run)).append('\n');
        return text.toString();
    }

    private String summary(RunRecord run) {
        long millis = run.took().toMillis();
        String counts = run.count(Result.AS_EXPECTED) + " of " + run.cells().size() + " cells as expected, "
                + run.count(Result.SURPRISING) + " surprising, " + run.count(Result.SKIPPED) + " skipped, "
                + run.count(Result.HARNESS_FAILURE) + " failures of the harness";
        int runs = run.cells().stream().mapToInt(CellResult::runs).sum();
        String repeated = runs > run.cells().size() ? ", " + runs + " runs" : "";
        boolean good = run.count(Result.AS_EXPECTED) == run.cells().size();
        return (good ? style.good(counts) : style.bad(counts))
                + String.format(Locale.ROOT, "%s, in %.1f s on Java %s", repeated, millis / 1000.0, run.runtime());
    }

    private void exceptions(StringBuilder text, RunRecord run) {
        for (CellResult cell : run.cells()) {
            boolean repeated = cell.runs() > 1;
            if (cell.result() != Result.AS_EXPECTED || repeated) {
                text.append(cell.id())
                        .append(
                                repeated
                                        ? ": " + cell.asExpected() + " of " + cell.runs() + " as expected" + faces(cell)
                                        : "")
                        .append(cell.result() == Result.AS_EXPECTED ? "" : ": " + style.bad(difference(cell)))
                        .append(cell.note().map(note -> ": " + note).orElse(""))
                        .append('\n');
            }
        }
    }

    private static String faces(CellResult cell) {
        return cell.thrown().isEmpty()
                ? ""
                : cell.thrown().entrySet().stream()
                        .map(face -> face.getValue() + " " + face.getKey())
                        .collect(Collectors.joining(", ", " (a plain client: ", ")"));
    }

    private static String difference(CellResult cell) {
        return switch (cell.result()) {
            case AS_EXPECTED -> "";
            case SKIPPED -> "skipped";
            case HARNESS_FAILURE -> "failure of the harness";
            case SURPRISING ->
                "expected "
                        + words(
                                Optional.of(cell.expected().outcome()),
                                cell.expected().rule().map(Object::toString),
                                cell.expected().confidence().map(Enum::name))
                        + ", seen "
                        + words(
                                cell.outcome(),
                                cell.rule().map(Object::toString),
                                cell.confidence().map(Enum::name));
        };
    }

    private static String words(Optional<Outcome> outcome, Optional<String> rule, Optional<String> confidence) {
        return rule.map(id ->
                        id + confidence.map(sure -> " (" + lower(sure) + ")").orElse(""))
                .orElse(outcome.map(Enum::name).map(MatrixText::lower).orElse("nothing"));
    }

    private static List<String> place(List<CellResult> cells) {
        List<CellResult> different = cells.stream()
                .filter(cell -> cell.result() != Result.AS_EXPECTED)
                .toList();
        if (different.isEmpty()) {
            return broken(cells.isEmpty() ? "" : "✓ " + answer(cells.get(0)), true);
        }
        if (different.stream().allMatch(cell -> cell.result() == Result.SKIPPED)) {
            return List.of("– skipped");
        }
        List<String> lines = new ArrayList<>(broken("✗ " + answer(different.get(0)), true));
        lines.add(different.size() + " of " + cells.size());
        return lines;
    }

    private static String answer(CellResult cell) {
        return cell.rule()
                .map(Object::toString)
                .orElse(cell.outcome().map(Enum::name).map(MatrixText::lower).orElse("failed"));
    }

    /** Rule ids are wider than a column: they are broken behind dots and hyphens, never inside a word. */
    private static List<String> broken(String name, boolean marked) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String part : name.split("(?<=[.-])", -1)) {
            if (line.length() > 0 && line.length() + part.length() > COLUMN - 1) {
                lines.add(line.toString());
                line.setLength(0);
                line.append(marked ? "  " : "");
            }
            line.append(part);
        }
        lines.add(line.toString());
        return lines;
    }

    private void row(StringBuilder text, int first, String head, List<List<String>> places, List<Boolean> good) {
        int height = places.stream().mapToInt(List::size).max().orElse(1);
        for (int line = 0; line < height; line++) {
            String name = line == 0 ? head : "";
            StringBuilder row = new StringBuilder(name + " ".repeat(first - name.length()));
            for (int i = 0; i < places.size(); i++) {
                String part = line < places.get(i).size() ? places.get(i).get(line) : "";
                String padded = part + " ".repeat(Math.max(1, COLUMN - part.length()));
                row.append(good.isEmpty() ? style.bold(padded) : good.get(i) ? style.good(padded) : style.bad(padded));
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
        text.append('\n');
    }

    private static List<CellResult> cells(RunRecord run, String topology, String certificates) {
        return run.cells().stream()
                .filter(cell ->
                        cell.topology().equals(topology) && cell.certificates().equals(certificates))
                .toList();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
