package throughline.primary.disk;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A file of which Linux tells where its holes are: nobody ever wrote there, and all of it reads as zeros. Needs JNA, which
 * may not be there. Closed by whoever opened it; may be asked by several threads meanwhile.
 */
final class SparseFile implements AutoCloseable {
    /** Their word is good: OpenZFS once called a hole what was only not yet written (openzfs/zfs issue 15526). */
    private static final Set<String> TRUSTED = Set.of("ext4", "xfs", "btrfs", "tmpfs");

    private static final Optional<Calls> CALLS = calls();

    private final Calls calls;
    private final int descriptor;
    private boolean closed;

    private SparseFile(Calls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /** Absent where holes cannot be found here, or the file cannot be opened. */
    static Optional<SparseFile> open(Path path) {
        if (CALLS.isEmpty() || path.getFileSystem() != FileSystems.getDefault()) {
            return Optional.empty();
        }
        int descriptor = CALLS.get().open(path.toAbsolutePath().toString());
        if (descriptor < 0) {
            return Optional.empty();
        }
        SparseFile file = new SparseFile(CALLS.get(), descriptor);
        if (!file.isTrusted(path)) {
            file.close();
            return Optional.empty();
        }
        return Optional.of(file);
    }

    /** A name can mean another file to C than to Java, as its bytes need not survive the way there. */
    private boolean isTrusted(Path path) {
        try {
            return Files.isSameFile(path, path())
                    && TRUSTED.contains(Files.getFileStore(path()).type());
        } catch (IOException e) {
            return false;
        }
    }

    /** By this path the same file is opened again, whatever has happened to its name. */
    Path path() {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    /** How long the hole is that begins at this offset, to the next data or the end of the file; 0 where there is data. */
    synchronized long hole(long offset) {
        // Once closed, the number may be another file's.
        return closed ? 0 : Math.max(0, calls.data(descriptor, offset) - offset);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            calls.close(descriptor);
        }
    }

    private static Optional<Calls> calls() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        try {
            return LinuxCalls.load();
        } catch (Error withoutJna) {
            // A LinkageError where it is missing, and a plain Error where its native half is another version's.
            return Optional.empty();
        }
    }

    /** What is asked of the system. */
    interface Calls {
        /** Opens for reading; a descriptor, or a negative number. */
        int open(String path);

        /** Where the next data begins, from this offset on, or the file ends; the offset itself where that is not known. */
        long data(int descriptor, long offset);

        void close(int descriptor);
    }
}
