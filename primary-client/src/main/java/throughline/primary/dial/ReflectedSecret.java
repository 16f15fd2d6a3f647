package throughline.primary.dial;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes out of a foreign text what was sent to whoever wrote it, as it is or as a URL, HTML and JSON encode it. */
final class ReflectedSecret {
    static final String REMOVED = "[removed]";

    /** Below this, what the end of a text has in common with a secret says nothing about it. */
    private static final int SHORTEST_BEGINNING = 4;

    private static final String BETWEEN =
            "(?:<[^>]{0,200}+>|&#?[A-Za-z0-9]{1,8};|%[0-9A-Fa-f]{2}|[^A-Za-z0-9<&%]){0,40}+";

    /** Digest's value has blanks and quotes in it, and so ends with the line or the element. */
    private static final Pattern HEADER = Pattern.compile(
            "(?<name>proxy-authorization" + BETWEEN + ")(?:(?<digest>digest" + BETWEEN + ")[^\\r\\n<]+"
                    + "|(?<token>(?:basic|ntlm|negotiate)(?!\\w)" + BETWEEN + ")[^\\s<\"']+)",
            Pattern.CASE_INSENSITIVE);

    /** What proves a password, wherever it stands: Digest's response, and the third message of NTLM. */
    private static final Pattern PROOF = Pattern.compile(
            "(?<![A-Za-z])(?<name>response" + BETWEEN + ")[0-9A-Fa-f]{32,}|TlRMTVNTUAADAAAA[^\\s<\"']*",
            Pattern.CASE_INSENSITIVE);

    private static final Map<Integer, List<String>> NAMED = Map.of(
            (int) '&', List.of("&amp;"),
            (int) '<', List.of("&lt;"),
            (int) '>', List.of("&gt;"),
            (int) '"', List.of("&quot;", "\\\""),
            (int) '\'', List.of("&apos;"),
            (int) ' ', List.of("+", "&nbsp;"),
            (int) '/', List.of("\\/"),
            (int) '\\', List.of("\\\\"));

    private ReflectedSecret() {}

    /** Without the values of every Proxy-Authorization that is shown. */
    static String withoutHeader(String text) {
        String shown = HEADER.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        match.group(1) + (match.group(2) == null ? match.group(3) : match.group(2)) + REMOVED));
        return PROOF.matcher(shown)
                .replaceAll(
                        match -> Matcher.quoteReplacement((match.group(1) == null ? "" : match.group(1)) + REMOVED));
    }

    /** Without the secret, which may also be cut off at the end of the text. */
    static String without(String secret, String text) {
        if (secret.isEmpty()) {
            return text;
        }
        List<List<String>> forms =
                secret.codePoints().mapToObj(ReflectedSecret::forms).toList();
        StringBuilder shown = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int end = end(forms, text, at);
            shown.append(end > at ? REMOVED : text.substring(at, at + 1));
            at = Math.max(end, at + 1);
        }
        return shown.toString();
    }

    /** Where the secret that begins here ends, or here. */
    private static int end(List<List<String>> forms, String text, int start) {
        SortedSet<Integer> ends = new TreeSet<>(List.of(start));
        for (int known = 0; known < forms.size() && !ends.isEmpty(); known++) {
            SortedSet<Integer> next = new TreeSet<>();
            for (int at : ends) {
                if (known >= SHORTEST_BEGINNING && isCutOff(forms.get(known), text.substring(at))) {
                    return text.length();
                }
                for (String form : forms.get(known)) {
                    if (text.regionMatches(form.length() > 1, at, form, 0, form.length())) {
                        next.add(at + form.length());
                    }
                }
            }
            ends = next;
        }
        return ends.isEmpty() ? start : ends.last();
    }

    private static boolean isCutOff(List<String> forms, String rest) {
        return rest.length() < 12 && forms.stream().anyMatch(form -> form.startsWith(rest));
    }

    /** All ways in which one character is written; hexadecimal digits and names in either case. */
    private static List<String> forms(int character) {
        String plain = Character.toString(character);
        byte[] bytes = plain.getBytes(StandardCharsets.UTF_8);
        StringBuilder percent = new StringBuilder();
        for (byte one : bytes) {
            percent.append(String.format(Locale.ROOT, "%%%02X", one));
        }
        List<String> forms = new ArrayList<>(List.of(
                plain,
                percent.toString(),
                "&#" + character + ";",
                String.format(Locale.ROOT, "&#%03d;", character),
                String.format(Locale.ROOT, "&#x%X;", character),
                String.format(Locale.ROOT, "&#x%02X;", character),
                String.format(Locale.ROOT, "\\u%04X", character),
                new String(bytes, StandardCharsets.ISO_8859_1)));
        forms.addAll(NAMED.getOrDefault(character, List.of()));
        return forms;
    }
}
