package throughline.primary;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A disk image that is read in blocks.
 *
 * @param size in bytes, as it was when opened
 */
record DiskImage(FileChannel source, long size) {
    static final int BLOCK = 1 << 20;

    static DiskImage of(FileChannel source) throws IOException {
        long size = source.size();
        if (size == 0) {
            throw new SourceException(new IOException("the image is empty"));
        }
        return new DiskImage(source, size);
    }

    /** Fills the buffer from the offset; returns how many bytes there were, less than its length only at the end. */
    int read(long offset, byte[] buffer) throws SourceException {
        int wanted = (int) Math.min(buffer.length, size - offset);
        ByteBuffer target = ByteBuffer.wrap(buffer, 0, wanted);
        try {
            while (target.hasRemaining()) {
                if (source.read(target, offset + target.position()) < 0) {
                    throw new IOException("the image became shorter while it was read");
                }
            }
        } catch (IOException e) {
            throw new SourceException(e);
        }
        return wanted;
    }
}
