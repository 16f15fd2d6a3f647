package throughline.harness.face;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a replica does to a client whose certificate is missing or bad. */
public enum ReplicaManner {
    /** Ends the handshake, as JSSE does that needs a client certificate, and so Jetty. */
    ABORTS,
    /** Ends it with the alerts of OpenSSL. */
    ABORTS_OPENSSL,
    /** Finishes the handshake and answers 400, as nginx does. */
    ANSWERS,
    /** Asks for a certificate and goes on without. */
    GOES_ON,
    /** No replica was reached, or which one was not written down. */
    ANY;

    /** As it stands in the table. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<ReplicaManner> find(String word) {
        return Arrays.stream(values())
                .filter(manner -> manner.word().equals(word))
                .findFirst();
    }
}
