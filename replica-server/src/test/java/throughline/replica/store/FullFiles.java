package throughline.replica.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import throughline.protocol.RefusedException;

/** Files on a file system that fills up, or stops to work, when a test says so. */
final class FullFiles implements StoreFiles {
    private final StoreFiles files;
    /** What a write to such a file says; empty while all is well. */
    private String failing = "";

    private String prefix = "";
    private boolean forcesToo;
    private String failingFolder = "";
    private final AtomicInteger withoutMemory = new AtomicInteger();

    FullFiles(StoreFiles files) {
        this.files = files;
    }

    /** From here on writes to files whose name starts so fail with this message, as the operating system words it. */
    void fail(String names, String message) {
        prefix = names;
        failing = message;
    }

    void failForcing(String names, String message) {
        fail(names, message);
        forcesToo = true;
    }

    /** Forcing the folder fails, and nothing else does. */
    void failForcingFolder(String folder) {
        failingFolder = folder;
    }

    /** So many files cannot be created, because there is no memory for it. */
    void failCreating(int files) {
        withoutMemory.set(files);
    }

    void mend() {
        failing = "";
        failingFolder = "";
        forcesToo = false;
    }

    @Override
    public StoreFile create(String name) throws RefusedException {
        if (withoutMemory.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("as a test wants it");
        }
        return new Opened(name, files.create(name));
    }

    @Override
    public StoreFile open(String name) throws RefusedException {
        return new Opened(name, files.open(name));
    }

    @Override
    public List<String> list(String folder) throws RefusedException {
        return files.list(folder);
    }

    @Override
    public void createFolder(String folder) throws RefusedException {
        files.createFolder(folder);
    }

    @Override
    public void rename(String from, String to) throws RefusedException {
        files.rename(from, to);
    }

    @Override
    public void delete(String name) throws RefusedException {
        files.delete(name);
    }

    @Override
    public void forceFolder(String folder) throws RefusedException {
        if (folder.equals(failingFolder)) {
            throw StorageFailure.of(folder, new IOException("Input/output error"));
        }
        files.forceFolder(folder);
    }

    @Override
    public String describe(String name) {
        return files.describe(name);
    }

    private final class Opened implements StoreFile {
        private final String name;
        private final StoreFile file;

        Opened(String name, StoreFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long position) throws RefusedException {
            return file.read(target, position);
        }

        @Override
        public void write(ByteBuffer source, long position) throws RefusedException {
            if (fails() && !forcesToo) {
                // As a file system does: it takes what still fits.
                int half = source.remaining() / 2;
                file.write(source.duplicate().limit(source.position() + half), position);
                throw failure();
            }
            file.write(source, position);
        }

        @Override
        public void force() throws RefusedException {
            if (fails() && forcesToo) {
                throw failure();
            }
            file.force();
        }

        @Override
        public void truncate(long size) throws RefusedException {
            file.truncate(size);
        }

        @Override
        public long size() throws RefusedException {
            return file.size();
        }

        @Override
        public void close() {
            file.close();
        }

        private boolean fails() {
            return !failing.isEmpty() && name.startsWith(prefix);
        }

        private RefusedException failure() {
            return StorageFailure.of(name, new IOException(failing));
        }
    }
}
