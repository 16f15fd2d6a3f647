package throughline.harness.run;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import throughline.harness.run.CellResult.Result;

/**
 * A finished or interrupted run: the content of {@code run.json}, and all that a report reads.
 *
 * @param schema {@link #SCHEMA}
 * @param runtime the Java version
 * @param products the version of every real product in the plan that is installed here, by its name
 * @param counts how many cells had each result, every result named
 */
public record RunRecord(
        int schema,
        Instant startedAt,
        Duration took,
        String runtime,
        Map<String, String> products,
        List<CellResult> cells,
        Map<String, Integer> counts) {

    /** Raised when a field changes its meaning. */
    public static final int SCHEMA = 1;

    static RunRecord of(Instant startedAt, Duration took, Map<String, String> products, List<CellResult> cells) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Result result : Result.values()) {
            int count =
                    (int) cells.stream().filter(cell -> cell.result() == result).count();
            counts.put(result.name().toLowerCase(Locale.ROOT).replace('_', '-'), count);
        }
        return new RunRecord(
                SCHEMA, startedAt, took, Runtime.version().toString(), products, List.copyOf(cells), counts);
    }

    /** How many cells had this result. */
    public int count(Result result) {
        return (int) cells.stream().filter(cell -> cell.result() == result).count();
    }
}
