package throughline.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a replica refuses a request: the closed list of version 1. */
public enum RefusalReason {
    MALFORMED(400, "The request is not a message of this protocol"),
    UNKNOWN_PATH(404, "The replica does not serve this path or version"),
    CERTIFICATE_REFUSED(403, "The client certificate is not accepted any more"),
    NOT_AUTHORISED(403, "This primary may not do that"),
    UNKNOWN_MACHINE(404, "The machine was not declared"),
    UNKNOWN_DISK(404, "The disk was not declared"),
    DISK_MISMATCH(409, "The disk is declared with another size"),
    DISK_TOO_LARGE(413, "The disk is larger than the replica takes"),
    TOO_MANY_DISKS(413, "The machine has more disks than the replica takes"),
    SLICE_TOO_LARGE(413, "The slice is larger than the replica takes"),
    OUTSIDE_DISK(422, "A block lies outside the disk"),
    CHECKSUM_MISMATCH(422, "A block arrived with another checksum than was sent"),
    TRUNCATED(400, "The change set ended early"),
    OUT_OF_ORDER(409, "A change set in between is missing"),
    SLICES_MISSING(409, "Slices of the change set have not arrived"),
    SEQUENCE_CONFLICT(409, "Another change set with this number was already applied"),
    FENCED(409, "A newer epoch has taken over this disk"),
    STORAGE_FAILED(500, "The replica could not write"),
    STORE_FULL(507, "The replica has no space left"),
    TOO_MANY_TRANSFERS(429, "This primary sends too much at a time"),
    SHUTTING_DOWN(503, "The replica is about to stop");

    private static final String TYPE_PREFIX = "urn:throughline:refusal:";

    private final int status;
    private final String title;

    RefusalReason(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status that goes with the reason. */
    public int status() {
        return status;
    }

    /** RFC 9457 {@code title}: the same text for every refusal with this reason. */
    public String title() {
        return title;
    }

    /** The reason as it stands on the wire, for example {@code out-of-order}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** RFC 9457 {@code type}: a URN that ends in the code. */
    public String type() {
        return TYPE_PREFIX + code();
    }

    /** The reason that a problem's {@code type} names; absent when the problem was not written by a replica. */
    public static Optional<RefusalReason> ofType(String type) {
        return Arrays.stream(values())
                .filter(reason -> reason.type().equals(type))
                .findFirst();
    }
}
