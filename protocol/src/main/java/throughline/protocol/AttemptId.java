package throughline.protocol;

import java.util.UUID;

/**
 * Names one attempt to replicate. It travels in the header {@value #HEADER} of every request, is written into the
 * case file and into the replica's log, and so joins what both ends observed of the same attempt.
 *
 * @param value a random UUID; never derived from a name or an address, so that it may be shared
 */
public record AttemptId(UUID value) {

    /** The request header that carries the identifier, in the usual 36-character form. */
    public static final String HEADER = "Throughline-Attempt";

    public static AttemptId random() {
        return new AttemptId(UUID.randomUUID());
    }

    /** Reads the header's value; anything but the 36-character form is refused. */
    public static AttemptId parse(String text) throws MalformedMessageException {
        try {
            UUID value = UUID.fromString(text);
            if (value.toString().equalsIgnoreCase(text)) {
                return new AttemptId(value);
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the one message for every unusable value.
        }
        throw new MalformedMessageException(
                HEADER + " is \"" + Excerpt.of(text) + "\"; a UUID such as " + new UUID(0, 1) + " is accepted");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
