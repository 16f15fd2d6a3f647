package throughline.primary.disk;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A file of which Linux tells where its holes are: nobody ever wrote there, and all of it reads as zeros. Needs JNA, which
 * may not be there. Closed by whoever opened it.
 */
final class SparseFile implements AutoCloseable {
    private static final Optional<Calls> CALLS = calls();

    private final Calls calls;
    private final int descriptor;

    private SparseFile(Calls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /** Absent where holes cannot be found here, or the file cannot be opened. */
    static Optional<SparseFile> open(Path path) {
        return CALLS.flatMap(calls -> {
            int descriptor = calls.open(path.toString());
            return descriptor < 0 ? Optional.empty() : Optional.of(new SparseFile(calls, descriptor));
        });
    }

    /** By this path the same file is opened again, whatever has happened to its name. */
    Path path() {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    /** How long the hole is that begins at this offset, to the next data or the end of the file; 0 where there is data. */
    long hole(long offset) {
        return Math.max(0, calls.data(descriptor, offset) - offset);
    }

    @Override
    public void close() {
        calls.close(descriptor);
    }

    private static Optional<Calls> calls() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        try {
            return LinuxCalls.load();
        } catch (LinkageError withoutJna) {
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
