package throughline.harness.face;

/**
 * Of what a face was taken.
 *
 * @param product name and version, {@code squid 5.7}
 * @param mode how the product was set up
 * @param tls the only version that the replica speaks, {@code TLSv1.3}, or {@code any}
 * @param source where the record comes from: the word {@code recorder}, or a case of the first trials
 */
public record FaceCase(String product, String mode, ReplicaManner replica, String tls, Fault fault, String source) {
    /** The source of everything that {@link FaceRecorder} took. */
    public static final String RECORDER = "recorder";

    /** The product without its version. */
    public String name() {
        int space = product.indexOf(' ');
        return space < 0 ? product : product.substring(0, space);
    }

    /** Everything but product version and source. */
    public String situation() {
        return String.join(" ", name(), mode, replica.word(), tls, fault.word());
    }

    boolean recorded() {
        return source.equals(RECORDER);
    }
}
