package throughline.harness.cli;

/** Something given is unusable. The message is one sentence: what was given, where, and what is accepted. */
final class BadInputException extends Exception {
    private static final long serialVersionUID = 1;

    BadInputException(String message) {
        super(message);
    }
}
