package throughline.replica.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import throughline.protocol.RefusedException;

/**
 * A file that survives the interruption of a thread that uses it: a {@link FileChannel} closes itself then, and is opened
 * again. What is done to it is positional, so that it can be done twice.
 */
final class LocalFile implements StoreFile {
    /** Java copies other buffers into a direct one that it then keeps for each thread: never more than this. */
    private static final int PIECE = 64 << 10;

    private final Path path;
    private FileChannel channel;
    private boolean closed;

    LocalFile(Path path, OpenOption... options) throws RefusedException {
        this.path = path;
        try {
            this.channel = FileChannel.open(path, options);
        } catch (IOException e) {
            throw StorageFailure.of(path.toString(), e);
        }
    }

    @Override
    public int read(ByteBuffer target, long position) throws RefusedException {
        ByteBuffer piece = piece(target);
        int start = piece.position();
        int count = attempt(current -> current.read(piece.position(start), position));
        target.position(target.position() + Math.max(0, count));
        return count;
    }

    @Override
    public void write(ByteBuffer source, long position) throws RefusedException {
        long at = position;
        while (source.hasRemaining()) {
            ByteBuffer piece = piece(source);
            int start = piece.position();
            long from = at;
            int count = attempt(current -> current.write(piece.position(start), from));
            source.position(source.position() + count);
            at += count;
        }
    }

    @Override
    public void force() throws RefusedException {
        attempt(current -> {
            current.force(false);
            return true;
        });
    }

    @Override
    public void truncate(long size) throws RefusedException {
        attempt(current -> current.truncate(size));
    }

    @Override
    public long size() throws RefusedException {
        return attempt(FileChannel::size);
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException nothingIsLost) {
            // What had to survive was forced before.
        }
    }

    private static ByteBuffer piece(ByteBuffer buffer) {
        ByteBuffer piece = buffer.duplicate();
        return buffer.isDirect() ? piece : piece.limit(piece.position() + Math.min(PIECE, piece.remaining()));
    }

    private interface Use<T> {
        T with(FileChannel channel) throws IOException;
    }

    private <T> T attempt(Use<T> use) throws RefusedException {
        boolean interrupted = false;
        try {
            while (true) {
                FileChannel current = channel();
                try {
                    return use.with(current);
                } catch (ClosedChannelException byInterruption) {
                    interrupted |= Thread.interrupted();
                    reopen(current);
                }
            }
        } catch (IOException e) {
            throw e instanceof RefusedException refused ? refused : StorageFailure.of(path.toString(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized FileChannel channel() {
        return channel;
    }

    private synchronized void reopen(FileChannel before) throws IOException {
        if (closed) {
            throw StorageFailure.of(path + ": was closed while it was used");
        }
        if (channel == before) {
            channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
    }
}
