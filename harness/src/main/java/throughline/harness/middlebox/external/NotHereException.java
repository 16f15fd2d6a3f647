package throughline.harness.middlebox.external;

/** This machine cannot run the box; the message says what is missing and what brings it. It is a reason to skip. */
public final class NotHereException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotHereException(String message) {
        super(message);
    }
}
