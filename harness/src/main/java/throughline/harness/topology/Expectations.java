package throughline.harness.topology;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import throughline.harness.topology.Axis.Certificates;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.RuleId;

/**
 * The written-down expectations, data files with one line per topology and certificates. TLS and HTTP versions change how
 * a failure looks and must not change what it is called, so they have no column.
 */
public final class Expectations {
    private static final List<String> FILES = List.of("expectations.tsv", "expectations-personas.tsv");
    private static final String WORKS = "works";

    private final Map<String, Expectation> byCell;

    private Expectations(Map<String, Expectation> byCell) {
        this.byCell = byCell;
    }

    /** Reads the files that come with the harness. */
    public static Expectations read() {
        Map<String, Expectation> byCell = new HashMap<>();
        FILES.forEach(file -> read(file, byCell));
        return new Expectations(byCell);
    }

    /** What the cell should come to; absent when nobody has written it down. */
    public Optional<Expectation> of(Cell cell) {
        return Optional.ofNullable(byCell.get(key(cell.topology().id(), cell.certificates())));
    }

    private static void read(String file, Map<String, Expectation> byCell) {
        try (InputStream in = Expectations.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the jar");
            }
            parse(file, new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)), byCell);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static void parse(String file, BufferedReader lines, Map<String, Expectation> byCell) {
        lines.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            String[] fields = line.split("\t", -1);
            Certificates certificates = Axis.find(Certificates.class, fields[1]).orElseThrow();
            if (byCell.put(key(fields[0], certificates), expectation(fields)) != null) {
                throw new IllegalStateException(file + " says two things of " + fields[0] + " " + fields[1]);
            }
        });
    }

    private static Expectation expectation(String[] fields) {
        return fields[2].equals(WORKS)
                ? new Expectation(Optional.empty(), Optional.empty())
                : new Expectation(
                        Optional.of(new RuleId(fields[2])),
                        Optional.of(Confidence.valueOf(fields[3].toUpperCase(Locale.ROOT))));
    }

    private static String key(String topology, Certificates certificates) {
        return topology + " " + certificates.id();
    }
}
