package throughline.protocol;

import java.io.IOException;

/** Bytes from outside that are not the message they were taken for. The message says what was read and what is accepted. */
public final class MalformedMessageException extends IOException {
    private static final long serialVersionUID = 1;

    public MalformedMessageException(String message) {
        super(message);
    }

    public MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
