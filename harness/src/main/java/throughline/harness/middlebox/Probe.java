package throughline.harness.middlebox;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether a box makes a TLS handshake of its own with a replica that it is to pass untouched, before it does so. */
public enum Probe {
    NONE("no handshake"),

    /** Whatever comes of it, the connection is passed. */
    UNCHECKED("one, and whatever comes of it, the connection is passed"),

    /** A certificate that is not believed ends it. */
    CHECKED("one, and a certificate that is not believed is refused"),

    /** A handshake that does not come to its end ends it, for want of a client certificate too. */
    REQUIRED("one, and if it is not finished, for whatever reason, the connection is refused");

    private final String title;

    Probe(String title) {
        this.title = title;
    }

    /** As it is chosen in a file and on a command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** One line for lists. */
    public String title() {
        return title;
    }

    public static Optional<Probe> find(String word) {
        return Arrays.stream(values())
                .filter(value -> value.word().equals(word))
                .findFirst();
    }

    boolean refuses(FirstLook look) {
        return switch (this) {
            case NONE, UNCHECKED -> false;
            case CHECKED ->
                look.fault().filter(ReplicaFault.NOT_TRUSTED::equals).isPresent();
            case REQUIRED -> !look.finished();
        };
    }
}
