package throughline.harness.lab;

/** There can be no lab here; the message is a sentence that says what is missing. */
public final class LabUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LabUnavailableException(String message) {
        super(message);
    }

    LabUnavailableException(MissingPart missing) {
        super(missing.sentence());
    }
}
