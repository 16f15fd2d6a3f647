package throughline.primary.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Content of a known size that can be read anywhere. Used from several threads at a time. */
@FunctionalInterface
public interface ByteSource {

    /**
     * Fills the target from this offset on.
     *
     * @param target asks for at least one byte, and for none beyond the end
     * @throws IOException when not all of it can be had; whatever the target then holds is not used
     */
    void read(long offset, ByteBuffer target) throws IOException;

    /**
     * How many bytes from this offset on are known to be zeros without reading them, as in the hole of a sparse image. They are
     * then not read.
     *
     * @return 0 or more, which may reach beyond the end; 0 where nothing is known, as here
     */
    default long zerosFrom(long offset) {
        return 0;
    }
}
