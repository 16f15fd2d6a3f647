package throughline.tls;

/** Bytes that break a rule of the wire. It stays inside the package and comes out as {@link Malformed}. */
final class Undecodable extends Exception {
    private static final long serialVersionUID = 1L;

    /** Both parts are phrases: {@code seen} names the value and where it stood. */
    Undecodable(String seen, String accepted) {
        // Hostile peers make many of these, and only the sentence is used: no stack trace.
        super(seen + "; accepted is " + accepted, null, false, false);
    }
}
