package throughline.primary.capture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import throughline.protocol.Excerpt;

/** What may enter evidence: header names from a list, text without control characters, everything of bounded length. */
public final class Scrubber {
    /** The most of a foreign body that is kept, in bytes. */
    public static final int BODY_LIMIT = 4 << 10;

    private static final int VALUE_LIMIT = 300;

    /** Names whose values say who answered and why, and never carry a credential. */
    private static final Set<String> ALLOWED = Set.of(
            "server",
            "via",
            "date",
            "content-type",
            "content-length",
            "connection",
            "location",
            "proxy-agent",
            "proxy-authenticate",
            "proxy-connection",
            "proxy-status",
            "retry-after",
            "www-authenticate",
            "x-cache",
            "x-squid-error");

    private Scrubber() {}

    /**
     * The allowed ones of these headers, names in lower case, the values of a repeated one joined by commas.
     *
     * @param conceal takes out of a value what nobody else may read
     */
    public static Map<String, String> headers(Map<String, List<String>> headers, UnaryOperator<String> conceal) {
        Map<String, String> kept = new LinkedHashMap<>();
        headers.forEach((name, values) -> {
            String key = name.toLowerCase(Locale.ROOT);
            if (ALLOWED.contains(key)) {
                String all = values.stream()
                        .map(value -> key.equals("location") ? withoutQuery(value) : value)
                        .collect(Collectors.joining(", "));
                String value = Excerpt.of(conceal.apply(all), VALUE_LIMIT);
                kept.merge(key, value, (one, more) -> one + ", " + more);
            }
        });
        return kept;
    }

    /** Where a portal sends to is its name and path; the rest may say whose session it is. */
    private static String withoutQuery(String address) {
        return address.replaceAll("(?s)[?#;].*", "").replaceAll("//[^/]*@", "//");
    }

    /** One line, bounded. */
    public static String line(String text) {
        return Excerpt.of(text, VALUE_LIMIT).strip();
    }

    /** A foreign body: bounded, printable, on one line. */
    public static String body(String text) {
        return Excerpt.of(text, BODY_LIMIT).replaceAll(" {2,}", " ").strip();
    }
}
