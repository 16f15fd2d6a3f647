package throughline.harness.middlebox;

import java.util.Locale;

/** Why an inspector has no answer of the replica's to pass on. */
public enum ReplicaFault {
    /** It wanted a client certificate, and ended the handshake for want of one; or the box looked first and saw that. */
    DEMANDED("the replica ends the handshake for want of a client certificate, as with TLS 1.2, or a look showed that"),

    /** The same behind a handshake that was finished, as with TLS 1.3 (RFC 8446, 4.4.2.4). */
    DEMANDED_LATE("it ends the session for that behind the handshake, as with TLS 1.3"),

    /** Its certificate was not believed. */
    NOT_TRUSTED("its certificate was not believed"),

    /** Nobody was reached. */
    UNREACHABLE("nobody was reached"),

    /** Anything else. */
    FAILED("anything else");

    private final String title;

    ReplicaFault(String title) {
        this.title = title;
    }

    /** As it is chosen in a file. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One line for lists. */
    public String title() {
        return title;
    }
}
