package throughline.primary.dial;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A PAC script told no way: it could not be had, did not run to its end, or its answer is none. */
public final class PacException extends IOException {
    private static final long serialVersionUID = 1;

    PacException(String message) {
        super(message);
    }

    PacException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
