package throughline.identity.revocation;

/** Bytes that are not the structure of DER that was looked for. The reader of the whole says what they should have been. */
final class MalformedDerException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedDerException() {
        super("not the expected DER structure");
    }
}
