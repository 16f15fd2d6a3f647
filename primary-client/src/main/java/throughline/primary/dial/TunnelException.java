package throughline.primary.dial;

import java.io.IOException;

/** The proxy opened no tunnel. What it said is in the evidence. */
public final class TunnelException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean answer;

    /** The proxy's answer is no. */
    TunnelException(String message) {
        super(message);
        this.answer = true;
    }

    /** Something else than an answer ended it. */
    TunnelException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private TunnelException(String message, Throwable cause, boolean answer) {
        super(message, cause);
        this.answer = answer;
    }

    /** The proxy has asked who is there, and what is to be said to that cannot be had. */
    static TunnelException speechless(String message, Throwable cause) {
        return new TunnelException(message, cause, true);
    }

    /** Whether a proxy has answered: it is not to be gone around then. */
    boolean isAnswer() {
        return answer;
    }
}
