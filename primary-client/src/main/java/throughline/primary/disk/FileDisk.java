package throughline.primary.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import throughline.protocol.DiskName;

/** A file that is opened for each snapshot, and read as it is then. */
record FileDisk(DiskName name, Path path, long size) implements Disk {

    static FileDisk of(DiskName name, Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new FileDisk(name, path, size(path, channel));
        }
    }

    /** Of what has just been opened. */
    static long size(Path path, FileChannel channel) throws IOException {
        if (channel.size() == 0) {
            throw new IOException(path + " is empty; a disk has at least one byte");
        }
        return channel.size();
    }

    static void read(FileChannel channel, long offset, ByteBuffer target) throws IOException {
        long position = offset;
        while (target.hasRemaining()) {
            int got = channel.read(target, position);
            if (got < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
            position += got;
        }
    }

    @Override
    public DiskSnapshot freeze() throws IOException {
        return new Snapshot(FileChannel.open(path, StandardOpenOption.READ), size);
    }

    private record Snapshot(FileChannel channel, long size) implements DiskSnapshot {
        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            FileDisk.read(channel, offset, target);
        }

        @Override
        public Optional<BlockSet> changes() {
            return Optional.empty();
        }

        @Override
        public void acknowledged() {}

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing was written to it.
            }
        }
    }
}
