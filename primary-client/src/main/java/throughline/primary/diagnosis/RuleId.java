package throughline.primary.diagnosis;

import java.util.regex.Pattern;

/** The stable name of a rule, such as {@code tls.inspected}: also the name of its page in {@code docs/rules/}. */
public record RuleId(String value) {
    private static final Pattern ACCEPTED = Pattern.compile("[a-z]+\\.[a-z]+(-[a-z]+)*");

    public RuleId {
        if (!ACCEPTED.matcher(value).matches()) {
            throw new IllegalArgumentException("rule id \"" + value + "\"; accepted is a form like tls.inspected");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
