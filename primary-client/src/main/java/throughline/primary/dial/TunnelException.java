package throughline.primary.dial;

import java.io.IOException;

/** The proxy opened no tunnel. What it said is in the evidence. */
public final class TunnelException extends IOException {
    private static final long serialVersionUID = 1;

    TunnelException(String message) {
        super(message);
    }

    TunnelException(String message, Throwable cause) {
        super(message, cause);
    }
}
