package throughline.protocol.replication;

import java.util.regex.Pattern;
import throughline.protocol.Excerpt;
import throughline.protocol.MalformedMessageException;

/**
 * The name of a machine, unique per replica. It becomes a path segment on the wire, so the alphabet is small: letters,
 * digits, dot, hyphen, underscore; 1 to 64 characters; no leading dot.
 */
public record MachineName(String value) implements Comparable<MachineName> {
    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    public MachineName {
        if (!ACCEPTED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "machine name \"" + Excerpt.of(value)
                            + "\"; accepted are 1 to 64 letters, digits, dots, hyphens and underscores, not starting with a dot");
        }
    }

    public static MachineName parse(String text) throws MalformedMessageException {
        try {
            return new MachineName(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public int compareTo(MachineName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
