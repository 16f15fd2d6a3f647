package throughline.primary.disk;

import java.io.IOException;

/** Our own disk could not be read in the middle of a transfer: nothing to diagnose on the path. */
public final class SourceException extends IOException {
    private static final long serialVersionUID = 1;

    public SourceException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
