package throughline.primary.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A disk as one cycle sees it. Read from several threads at a time; closed by whoever froze the disk. */
public interface DiskSnapshot extends AutoCloseable {

    /** In bytes. */
    long size();

    /**
     * Fills the target from this offset on. May be asked again for the same bytes and then gives the same. Where
     * {@link #changes} are known, nothing else than these may be read.
     *
     * @throws IOException when the disk cannot be read
     */
    void read(long offset, ByteBuffer target) throws IOException;

    /** How many bytes from this offset on are known to be zeros without reading them; see {@link ByteSource#zerosFrom}. */
    default long zerosFrom(long offset) {
        return 0;
    }

    /** What was written since the last snapshot that was acknowledged; absent where nobody knows. */
    Optional<BlockSet> changes();

    /** A replica has given its receipt for all of it: it counts as unchanged from now on. */
    void acknowledged();

    /** Without an acknowledgement, its changes are added to those of the next snapshot. */
    @Override
    void close();
}
