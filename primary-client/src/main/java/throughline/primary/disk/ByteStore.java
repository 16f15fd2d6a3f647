package throughline.primary.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Content of a known size that can be read and overwritten anywhere. */
public interface ByteStore extends ByteSource {

    /** Writes what remains in the buffer at this offset. */
    void write(long offset, ByteBuffer content) throws IOException;
}
