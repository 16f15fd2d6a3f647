package throughline.harness.middlebox;

/** Limits of the numbers in settings. */
final class Checks {
    private Checks() {}

    static void range(String what, long value, long least, long most) {
        if (value < least || value > most) {
            String article = "aeiou".indexOf(what.charAt(0)) < 0 ? "a " : "an ";
            throw new IllegalArgumentException(article + what + " of " + value + "; accepted is one from " + least
                    + " to " + (most == Long.MAX_VALUE ? "any" : most));
        }
    }
}
