package throughline.primary.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file that stays open. */
record FileStore(FileChannel channel) implements ByteStore {
    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        FileDisk.read(channel, offset, target);
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException {
        long position = offset;
        while (content.hasRemaining()) {
            position += channel.write(content, position);
        }
    }
}
