package throughline.harness.middlebox;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a box answers in its own name. In the texts, {@code {host}} and {@code {port}} stand for what the client asked for;
 * another word in braces is refused.
 *
 * @param status from 400 to 599
 * @param reason behind the status; Forefront TMG puts its whole sentence there
 * @param fields beside those that frame the page
 * @param page the text of the HTML page; absent for the box's own sentence about what happened
 */
public record Wording(int status, String reason, List<HeaderField> fields, Optional<String> page) {
    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding", "connection");

    /** A word in braces; quotes and colons, as in JSON, are text. Above what is checked by it. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[A-Za-z0-9_. -]+}");

    private static final Set<String> PLACEHOLDERS = Set.of("{host}", "{port}");

    /** What is said unless told otherwise. */
    public static final Wording OWN = new Wording(502, "Proxy Error", List.of(), Optional.empty());

    private static final int LONGEST = 1000;

    public Wording {
        fields = List.copyOf(fields);
        for (HeaderField field : fields) {
            if (FRAMING.contains(field.name().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "header " + field.name() + "; accepted are those that do not say where a message ends");
            }
            requireKnownPlaceholders(field.value());
        }
        Checks.range("status", status, 400, 599);
        requireText("reason", reason);
        page.ifPresent(text -> requireText("page", text));
    }

    public Wording answer(int changedStatus, String changedReason) {
        return new Wording(changedStatus, changedReason, fields, page);
    }

    public Wording with(HeaderField field) {
        List<HeaderField> more = new ArrayList<>(fields);
        more.add(field);
        return new Wording(status, reason, more, page);
    }

    public Wording page(String text) {
        return new Wording(status, reason, fields, Optional.of(text));
    }

    OwnAnswer about(Destination target, String sentence) {
        OwnAnswer answer = OwnAnswer.of(
                        status, page.map(text -> filled(text, target)).orElse(sentence))
                .as(filled(reason, target));
        for (HeaderField field : fields) {
            answer = answer.with(field.name(), filled(field.value(), target));
        }
        return answer;
    }

    private static String filled(String text, Destination target) {
        return text.replace("{host}", target.host()).replace("{port}", Integer.toString(target.port()));
    }

    private static void requireText(String what, String text) {
        if (text.length() > LONGEST || !text.matches("[\\x20-\\x7e]*")) {
            throw new IllegalArgumentException(
                    "the " + what + "; accepted are up to " + LONGEST + " characters, from space to ~");
        }
        requireKnownPlaceholders(text);
    }

    /** One that is misspelt would be sent as it stands, and nobody would know why. */
    private static void requireKnownPlaceholders(String text) {
        for (Matcher found = PLACEHOLDER.matcher(text); found.find(); ) {
            if (!PLACEHOLDERS.contains(found.group())) {
                throw new IllegalArgumentException(
                        "the placeholder " + found.group() + "; accepted are {host}, {port}");
            }
        }
    }
}
