package throughline.benchmarks.paired;

/** Something is missing or did not do as it should; the message is the whole sentence. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
        super(message);
    }
}
