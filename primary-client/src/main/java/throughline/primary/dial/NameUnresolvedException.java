package throughline.primary.dial;

import java.net.UnknownHostException;
import throughline.primary.evidence.Failure;

/** A name has no address, or got none in time. */
public final class NameUnresolvedException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    private final String host;
    private final transient Failure failure;

    NameUnresolvedException(String host, Failure failure, Throwable cause) {
        super(host + ": " + failure.text());
        initCause(cause);
        this.host = host;
        this.failure = failure;
    }

    public String host() {
        return host;
    }

    public Failure failure() {
        return failure;
    }
}
