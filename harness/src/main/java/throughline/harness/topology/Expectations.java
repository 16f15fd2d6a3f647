package throughline.harness.topology;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import throughline.harness.topology.Axis.Certificates;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.RuleId;

/**
 * The written-down expectations, a data file with one line per topology and certificates. TLS and HTTP versions change how
 * a failure looks and must not change what it is called, so they have no column.
 */
public final class Expectations {
    private static final String FILE = "expectations.tsv";
    private static final String WORKS = "works";
    private static final String UNEXPLAINED = "unexplained";

    private final Map<String, Expectation> byCell;

    private Expectations(Map<String, Expectation> byCell) {
        this.byCell = byCell;
    }

    /** Reads the file that comes with the harness. */
    public static Expectations read() {
        try (InputStream in = Expectations.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from the jar");
            }
            return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " cannot be read", e);
        }
    }

    /** What the cell should come to; absent when nobody has written it down. */
    public Optional<Expectation> of(Cell cell) {
        return Optional.ofNullable(byCell.get(key(cell.topology().id(), cell.certificates())));
    }

    private static Expectations parse(BufferedReader lines) {
        Map<String, Expectation> byCell = new HashMap<>();
        lines.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            String[] fields = line.split("\t", -1);
            Certificates certificates = Axis.find(Certificates.class, fields[1]).orElseThrow();
            if (byCell.put(key(fields[0], certificates), expectation(fields)) != null) {
                throw new IllegalStateException(FILE + " says two things of " + fields[0] + " " + fields[1]);
            }
        });
        return new Expectations(byCell);
    }

    private static Expectation expectation(String[] fields) {
        boolean works = fields[2].equals(WORKS);
        return works || fields[2].equals(UNEXPLAINED)
                ? new Expectation(works, Optional.empty(), Optional.empty())
                : new Expectation(
                        false,
                        Optional.of(new RuleId(fields[2])),
                        Optional.of(Confidence.valueOf(fields[3].toUpperCase(Locale.ROOT))));
    }

    private static String key(String topology, Certificates certificates) {
        return topology + " " + certificates.id();
    }
}
