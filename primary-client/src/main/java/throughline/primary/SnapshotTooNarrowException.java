package throughline.primary;

import java.io.IOException;

/** A snapshot keeps only what changed, and the replica turned out to need a comparison of all of it. */
final class SnapshotTooNarrowException extends IOException {
    private static final long serialVersionUID = 1;

    SnapshotTooNarrowException() {
        super("the snapshot shows only what changed");
    }
}
