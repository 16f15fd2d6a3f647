package throughline.primary.replication;

import java.io.IOException;

/** Takes the content of a slice. */
interface FrameSink {
    /** Data in {@code content} from {@code start} on. */
    void data(int disk, long offset, byte[] content, int start, int length) throws IOException;

    void zeros(int disk, long offset, long length) throws IOException;
}
