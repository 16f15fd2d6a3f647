package throughline.primary.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Optional;

/** An image that is open. Closed by whoever opened it. */
final class DiskFile implements ByteStore, AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final Optional<SparseFile> sparse;

    private DiskFile(Path path, FileChannel channel, Optional<SparseFile> sparse) {
        this.path = path;
        this.channel = channel;
        this.sparse = sparse;
    }

    /** Of a file that is written as a whole, without holes to look for. */
    static DiskFile of(Path path, FileChannel channel) {
        return new DiskFile(path, channel, Optional.empty());
    }

    static DiskFile open(Path path, OpenOption... options) throws IOException {
        Optional<SparseFile> sparse = SparseFile.open(path);
        if (sparse.isPresent()) {
            try {
                // Opened by its descriptor: holes of another file of this name must not be taken for this one's.
                return new DiskFile(path, FileChannel.open(sparse.get().path(), options), sparse);
            } catch (IOException e) {
                sparse.get().close();
            }
        }
        return new DiskFile(path, FileChannel.open(path, options), Optional.empty());
    }

    long size() throws IOException {
        return channel.size();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        long position = offset;
        while (target.hasRemaining()) {
            int got = channel.read(target, position);
            if (got < 0) {
                throw new EOFException(path + " became shorter while it was read; a disk keeps its size");
            }
            position += got;
        }
    }

    @Override
    public long zerosFrom(long offset) {
        return sparse.map(file -> file.hole(offset)).orElse(0L);
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException {
        long position = offset;
        while (content.hasRemaining()) {
            position += channel.write(content, position);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            sparse.ifPresent(SparseFile::close);
        }
    }
}
