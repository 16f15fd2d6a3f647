package throughline.harness.face;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is wrong with a path before anybody connects, or what becomes wrong on it. */
public enum Fault {
    /** Nothing; a box that ends TLS still has no client certificate to show, unless its mode says so. */
    NONE,
    /** The client has no certificate. */
    CLIENT_WITHOUT_CERTIFICATE,
    CLIENT_CERTIFICATE_EXPIRED,
    /** Issued by an authority that the replica does not know. */
    CLIENT_CERTIFICATE_UNKNOWN,
    /** The client does not trust the box's authority. */
    BOX_UNTRUSTED,
    /** The box does not trust the replica's authority. */
    REPLICA_UNTRUSTED,
    /** The replica's port is closed. */
    REPLICA_DOWN,
    /** Packets to the replica are lost. */
    REPLICA_UNREACHABLE,
    /** The box cannot resolve the replica's name. */
    NAME_UNKNOWN,
    /** The box wants a login, and the client has none. */
    LOGIN_MISSING,
    LOGIN_WRONG,
    /** The box may not connect to the replica. */
    DENIED,
    /** The replica thinks for longer than the box waits. */
    REPLICA_SLOW,
    /** The replica stops in the middle of its answer for longer than the box waits. */
    STALL_MID_BODY,
    REQUEST_TOO_LARGE,
    ANSWER_TOO_LARGE;

    /** As it stands in the table. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Fault> find(String word) {
        return Arrays.stream(values())
                .filter(fault -> fault.word().equals(word))
                .findFirst();
    }
}
