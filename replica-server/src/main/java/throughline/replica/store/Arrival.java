package throughline.replica.store;

import java.io.BufferedInputStream;
import java.io.FileOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import throughline.protocol.ChangeSetReader;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** A change set that has arrived whole, was checked against the disk's bounds and forced, but is not yet applied. */
final class Arrival implements AutoCloseable {
    private static final int BUFFER = 64 << 10;

    private final Path file;
    private final ChangeSetContent content;

    private Arrival(Path file, ChangeSetContent content) {
        this.file = file;
        this.content = content;
    }

    /** Receives into the file. What is refused or cut leaves no file. */
    static Arrival receive(Path file, long size, InputStream body) throws IOException {
        boolean whole = false;
        try (FileOutputStream out = open(file)) {
            ChangeSetContent content = copy(body, out, file, size);
            Stable.attempt(file, () -> out.getFD().sync());
            whole = true;
            return new Arrival(file, content);
        } finally {
            if (!whole) {
                Files.deleteIfExists(file);
            }
        }
    }

    ChangeSetContent content() {
        return content;
    }

    /** From here on the change set will be applied, in this process or the next. */
    void commitAs(Path redo) throws IOException {
        Stable.replace(file, redo);
    }

    @Override
    public void close() throws RefusedException {
        Stable.attempt(file, () -> Files.deleteIfExists(file));
    }

    private static FileOutputStream open(Path file) throws RefusedException {
        try {
            return new FileOutputStream(file.toFile());
        } catch (IOException e) {
            throw Stable.failed(file, e);
        }
    }

    private static ChangeSetContent copy(InputStream body, FileOutputStream out, Path file, long size)
            throws IOException {
        InputStream in = new BufferedInputStream(new Copying(body, out, file), BUFFER);
        ChangeSetContent content = ChangeSetContent.read(new ChangeSetReader(in), size, block -> {});
        if (in.read() >= 0) {
            throw new RefusedException(RefusalReason.MALFORMED, "the body goes on after the change set's end frame");
        }
        return content;
    }

    /** Writes what it reads. The file's errors are the store's, the stream's errors are the sender's: they stay apart. */
    private static final class Copying extends FilterInputStream {
        private final FileOutputStream out;
        private final Path file;

        Copying(InputStream in, FileOutputStream out, Path file) {
            super(in);
            this.out = out;
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int start, int length) throws IOException {
            int count = super.read(target, start, length);
            if (count > 0) {
                Stable.attempt(file, () -> out.write(target, start, count));
            }
            return count;
        }
    }
}
