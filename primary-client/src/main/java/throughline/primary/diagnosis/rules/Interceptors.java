package throughline.primary.diagnosis.rules;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import throughline.primary.evidence.CertificateFacts;

/**
 * Products known to inspect TLS, recognised by the issuer of the certificates they mint: a data file with sources. Not
 * being in it means nothing.
 */
final class Interceptors {
    private static final String FILE = "interceptors.tsv";

    private final List<Interceptor> products;

    private Interceptors(List<Interceptor> products) {
        this.products = products;
    }

    static Interceptors known() {
        return Known.INSTANCE;
    }

    /** The first product in the list whose names fit the certificate's issuer. */
    Optional<Interceptor> recognise(CertificateFacts certificate) {
        return products.stream().filter(product -> product.issued(certificate)).findFirst();
    }

    private static Interceptors read() {
        try (InputStream in = Interceptors.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from the jar");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return new Interceptors(lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .map(fields -> new Interceptor(fields[0], pattern(fields[1]), pattern(fields[2])))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " cannot be read", e);
        }
    }

    private static Optional<Pattern> pattern(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Pattern.compile(text));
    }

    private static final class Known {
        static final Interceptors INSTANCE = read();
    }
}
