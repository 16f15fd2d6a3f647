package throughline.primary.dial;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A PAC script told no way: it could not be had, did not run to its end, or its answer is none. */
public final class PacException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean ofPath;

    PacException(String message) {
        this(message, null);
    }

    PacException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private PacException(String message, @Nullable Throwable cause, boolean ofPath) {
        super(message, cause);
        this.ofPath = ofPath;
    }

    /** The script's address was not reached or gave no script, which may be otherwise later. */
    static PacException ofPath(String message, @Nullable Throwable cause) {
        return new PacException(message, cause, true);
    }

    /** Whether it is the way to the script that failed, and not the script or what was given. */
    public boolean isOfPath() {
        return ofPath;
    }
}
