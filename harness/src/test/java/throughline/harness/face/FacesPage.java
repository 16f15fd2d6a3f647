package throughline.harness.face;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import throughline.harness.face.Imitations.Twin;
import throughline.harness.face.KnownDifferences.Known;

/** The generated parts of docs/faces.md. */
record FacesPage(RecordedFaces recorded, List<Known> known, Map<Twin, List<FaceDifference>> differences) {
    static final Path FILE = Path.of("../docs/faces.md");

    private static final String HEADING = """
            | imitation | twin | field | it shows | the product shows | cases | why |
            |---|---|---|---|---|---|---|
            """;

    /** The page with its tables as they should be. */
    String in(String page) {
        return with(with(with(page, "recorded", recordedTable()), "compared", comparedTable()), "differences", table());
    }

    private String recordedTable() {
        Map<String, int[]> counts = new TreeMap<>();
        for (RecordedFaces.Row row : recorded.rows()) {
            int[] count =
                    counts.computeIfAbsent(row.of().product() + " | " + row.of().mode(), none -> new int[2]);
            count[row.of().recorded() ? 1 : 0]++;
        }
        return counts.entrySet().stream()
                .map(entry -> "| " + entry.getKey() + " | " + entry.getValue()[0] + " | " + entry.getValue()[1] + " |")
                .collect(Collectors.joining(
                        "\n", "| product | mode | from the first trials | by the recorder |\n|---|---|---|---|\n", ""));
    }

    private String comparedTable() {
        Map<String, int[]> counts = new TreeMap<>();
        differences.forEach((twin, found) -> {
            int[] count = counts.computeIfAbsent(
                    "| " + twin.imitation() + " | " + twin.product() + " " + twin.mode(), none -> new int[3]);
            count[0]++;
            count[1] += recorded.of(twin.situation()).orElseThrow().words().size();
            count[2] += found.size();
        });
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + " | " + entry.getValue()[0] + " | " + entry.getValue()[2] + " of "
                        + entry.getValue()[1] + " |")
                .collect(Collectors.joining(
                        "\n", "| imitation | twin | situations | fields that differ |\n|---|---|---|---|\n", ""));
    }

    private String table() {
        return known.stream().map(this::line).collect(Collectors.joining("\n", HEADING, ""));
    }

    private String line(Known one) {
        long cases = differences.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().filter(found -> one.covers(entry.getKey(), found)))
                .count();
        return String.join(
                " | ",
                "| " + one.imitation(),
                one.twin(),
                one.field().title(),
                shown(one.own()),
                shown(one.product()),
                Long.toString(cases),
                one.reason() + " |");
    }

    private static String shown(String words) {
        return words.equals("*") ? "" : words.equals(Face.NOTHING) ? "nothing" : "`" + words + "`";
    }

    private static String with(String page, String name, String content) {
        String open = "<!-- " + name + " -->\n";
        String close = "\n<!-- /" + name + " -->";
        int start = page.indexOf(open) + open.length();
        int end = page.indexOf(close, start - 1);
        return page.substring(0, start) + content + page.substring(end);
    }
}
