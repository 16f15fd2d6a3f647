package throughline.harness.middlebox;

import java.io.IOException;

/** What a peer sent is not HTTP as a box accepts it, or asks for what the box does not do. */
final class BadRequestException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    /** @param sentence names what was seen; it is shown to the client and stands as the passage's note */
    BadRequestException(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    /** The status to answer with, where there is still a way to answer. */
    int status() {
        return status;
    }
}
