package throughline.protocol;

import java.io.IOException;

/** A request that is refused, at the replica where it is found out and at the primary when it is told. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    private final RefusalReason reason;

    public RefusedException(RefusalReason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public RefusedException(RefusalReason reason, String detail, Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    public RefusalReason reason() {
        return reason;
    }

    /** The problem that goes over the wire. */
    public Refusal refusal() {
        return Refusal.of(reason, String.valueOf(getMessage()));
    }
}
