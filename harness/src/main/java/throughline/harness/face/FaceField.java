package throughline.harness.face;

import java.util.Arrays;
import java.util.Optional;

/** One thing that shows. The order is that of a connection, and of the columns of the table. */
public enum FaceField {
    /** Status line of the answer to CONNECT, or {@code method m, reply n} of SOCKS 5 (RFC 1928). */
    ENTRY("entry"),
    /** Its telling header fields. */
    ENTRY_FIELDS("entry fields"),
    /** Whose certificate came: {@code replica's}, {@code box's} from the replica's authority, or {@code forged}. */
    LEAF("leaf"),
    /** Attribute types in order; a value stands there when it is not the replica's. */
    SUBJECT("subject"),
    /** Alternative names: {@code copy} of the replica's, or {@code name asked for}. */
    NAMES("names"),
    KEY("key"),
    USAGE("usage"),
    /** {@code copy} of the replica's, {@code authority's}, or whole days before and after the moment of the handshake. */
    VALIDITY("validity"),
    /** How many certificates were sent. */
    SENT("sent"),
    /** How often the issuer's own certificate was among them. */
    ISSUER_SENT("issuer sent"),
    /** Whether the client was asked for a certificate. */
    REQUEST("certificate request"),
    TLS("tls"),
    /** What is agreed on when h2 and http/1.1 are offered. */
    ALPN("alpn"),
    /**
     * {@code answer}, {@code refused} by the box that was asked, {@code client refuses}, {@code alert} with its name, {@code
     * end}, {@code reset}, {@code silence} or {@code no connection}.
     */
    ENDING("ending"),
    /** During what: {@code entry}, {@code handshake}, {@code request} or {@code body}. */
    AT("at"),
    /** The status that came inside the session. */
    ANSWER("answer"),
    /** Its reason phrase, which HTTP/2 has not. */
    REASON("reason"),
    ANSWER_FIELDS("answer fields"),
    /** The beginning of the page's text, or what in it names the cause. */
    PAGE("page"),
    /** Whose hello reached the replica, in order. */
    HELLO("hello"),
    /** Whose client certificate reached the replica: of the last session. */
    CLIENT_CERTIFICATE("client certificate"),
    /** How the last handshake ended for the replica. */
    HANDSHAKE("handshake"),
    /** Telling fields of the request that the client had not written. */
    ADDED("added");

    /** The first of those that the replica sees. */
    private static final FaceField FIRST_OF_REPLICA = HELLO;

    private final String title;

    FaceField(String title) {
        this.title = title;
    }

    /** The column's. */
    public String title() {
        return title;
    }

    /** Whether the primary can see it. */
    public boolean ofPrimary() {
        return compareTo(FIRST_OF_REPLICA) < 0;
    }

    /** Whether both words mean the same: a replica may lose the box's last alert to a reset, and see that it left. */
    boolean same(String one, String other) {
        return one.equals(other) || (this == HANDSHAKE && brokenOff(one) && brokenOff(other));
    }

    private static boolean brokenOff(String handshake) {
        return handshake.equals(Endings.LEFT) || handshake.startsWith("alert ");
    }

    static Optional<FaceField> find(String title) {
        return Arrays.stream(values())
                .filter(field -> field.title.equals(title))
                .findFirst();
    }
}
