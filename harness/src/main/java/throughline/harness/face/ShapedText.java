package throughline.harness.face;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Text from the wire without what differs from run to run: machine names, ports, nonces, dates. */
final class ShapedText {
    private static final int SIGNATURE = 80;

    /** Names of fields that a product can be told by, in lower case. */
    private static final Set<String> TELLING = Set.of(
            "server",
            "via",
            "x-squid-error",
            "x-cache",
            "x-cache-lookup",
            "proxy-agent",
            "proxy-authenticate",
            "location",
            "x-transformed-from");

    /** Said for one hop, or by every client. */
    private static final Set<String> PLAIN =
            Set.of("host", "user-agent", "accept", "connection", "te", "keep-alive", "proxy-connection");

    private static final Pattern PRODUCTS_PAGE = Pattern.compile("retrieve the URL: \\S+ (.{0,60})");
    private static final Pattern CAUSE = Pattern.compile("TLS code: ([^ )]+)\\)");

    private ShapedText() {}

    /** Telling fields of an answer, by name; {@code -} for none. */
    static String telling(List<HttpText.Field> fields) {
        return words(fields.stream()
                .filter(field -> TELLING.contains(field.name().toLowerCase(Locale.ROOT)))
                .toList());
    }

    /** Fields of a request that its first sender had not written; {@code -} for none. */
    static String added(List<HttpText.Field> fields) {
        return words(fields.stream()
                .filter(field -> !PLAIN.contains(field.name().toLowerCase(Locale.ROOT)))
                .toList());
    }

    /** What a page says, in one short line: of squid's pages the cause, of others the beginning. */
    static String page(String body) {
        String text = shape(body.replaceAll("(?s)<!--.*?-->|<style.*?</style>|<script.*?</script>", " ")
                .replaceAll("<[^>]*>", " ")
                .replaceAll("&[a-z]+;|&#\\d+;", " ")
                .replaceAll("[^\\x20-\\x7e]+|\\s+", " ")
                .strip());
        Matcher cause = CAUSE.matcher(text);
        if (cause.find()) {
            return "TLS code " + cause.group(1);
        }
        Matcher told = PRODUCTS_PAGE.matcher(text.replaceAll("\\s+", " "));
        String line = told.find() ? told.group(1) : text.replaceAll("\\s+", " ");
        String first = line.substring(0, Math.min(line.length(), SIGNATURE)).strip();
        return first.isEmpty() ? Face.NOTHING : first;
    }

    static String shape(String text) {
        return text.replaceAll("MISS from \\S+?(:\\d+)?(?=[;,\\s]|$)", "MISS from HOST$1")
                .replaceAll("NONE from \\S+?(:\\d+)?(?=[;,\\s]|$)", "NONE from HOST$1")
                .replaceAll("(\\d\\.\\d) \\S+ \\((squid/)", "$1 HOST ($2")
                .replaceAll("nonce=\"[^\"]*\"", "nonce=NONCE")
                .replaceAll("(HOST|replica\\.test|nowhere\\.invalid|127\\.0\\.0\\.1):\\d+", "$1:PORT")
                .replace("127.0.0.1:PORT", "replica.test:PORT")
                .replaceAll("'127\\.0\\.0\\.1', \\d+", "'127.0.0.1', PORT")
                .replaceAll("\\[Errno -\\d+]", "[Errno]");
    }

    private static String words(List<HttpText.Field> fields) {
        Set<String> sorted = new TreeSet<>();
        fields.forEach(field -> sorted.add(field.name().toLowerCase(Locale.ROOT) + ": " + shape(field.value())));
        return sorted.isEmpty() ? Face.NOTHING : sorted.stream().collect(Collectors.joining("; "));
    }
}
