package throughline.protocol;

import java.util.regex.Pattern;

/**
 * The name of a disk, unique per primary. It becomes a path segment on the wire and a folder at the replica, so the
 * alphabet is small: letters, digits, dot, hyphen, underscore; 1 to 64 characters; no leading dot.
 */
public record DiskName(String value) {
    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    public DiskName {
        if (!ACCEPTED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "disk name \"" + Excerpt.of(value)
                            + "\"; accepted are 1 to 64 letters, digits, dots, hyphens and underscores, not starting with a dot");
        }
    }

    public static DiskName parse(String text) throws MalformedMessageException {
        try {
            return new DiskName(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
