package throughline.primary.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import throughline.protocol.DiskName;

/** A file that is opened for each snapshot, and read as it is then. */
record FileDisk(DiskName name, Path path, long size) implements Disk {

    static FileDisk of(DiskName name, Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new FileDisk(name, path, size(path, channel.size()));
        }
    }

    /** Of what has just been opened. */
    static long size(Path path, long size) throws IOException {
        if (size == 0) {
            throw new IOException(path + " is empty; a disk has at least one byte");
        }
        return size;
    }

    @Override
    public DiskSnapshot freeze() throws IOException {
        DiskFile file = opened();
        long now = file.size();
        if (now != size) {
            file.close();
            throw new IOException(
                    path + " has " + now + " bytes now, and had " + size + " at first; a disk keeps its size");
        }
        return new Snapshot(file, size);
    }

    private DiskFile opened() throws IOException {
        try {
            return DiskFile.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new IOException(path + " is not there any more", e);
        }
    }

    private record Snapshot(DiskFile file, long size) implements DiskSnapshot {
        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            file.read(offset, target);
        }

        @Override
        public long zerosFrom(long offset) {
            return file.zerosFrom(offset);
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
                file.close();
            } catch (IOException e) {
                // Nothing was written to it.
            }
        }
    }
}
