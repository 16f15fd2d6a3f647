package throughline.certs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The lines of {@code flaws.tsv}: what each peer answers to a flaw of one end. */
record FlawAnswers(
        Flaw flaw,
        Usage end,
        String jsse17,
        String jsse25,
        String opensslVerify,
        String opensslHandshake,
        String note) {

    static List<FlawAnswers> read() throws IOException {
        try (InputStream in = Flaw.class.getResourceAsStream("flaws.tsv");
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(Objects.requireNonNull(in, "flaws.tsv"), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(FlawAnswers::parse)
                    .toList();
        }
    }

    /** The name that is asked for: one that a wildcard of its domain may stand for, except where that is the flaw. */
    String name() {
        return flaw == Flaw.WILDCARD_TOO_BROAD ? "example.com" : "replica.lab.test";
    }

    /** Of these flaws the answer is the one of a peer that checks revocation; others see nothing wrong. */
    boolean isOfRevocation() {
        return flaw.needsRevocationPoints() || flaw == Flaw.NO_REVOCATION_SOURCE;
    }

    @Override
    public String toString() {
        return flaw.id() + " " + endName();
    }

    String endName() {
        return end.name().toLowerCase(Locale.ROOT);
    }

    private static FlawAnswers parse(String line) {
        String[] fields = line.split("\t", -1);
        return new FlawAnswers(
                Flaw.find(fields[0]).orElseThrow(),
                Usage.valueOf(fields[1].toUpperCase(Locale.ROOT)),
                fields[2],
                fields[3].equals("=") ? fields[2] : fields[3],
                fields[4],
                fields[5].equals("=") ? fields[4] : fields[5],
                fields[6]);
    }
}
