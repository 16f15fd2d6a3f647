package throughline.primary.disk;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.Optional;

/** Calls of the C library by way of JNA. Whoever names this class must bear that JNA is missing. */
final class LinuxCalls implements SparseFile.Calls {
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int SEEK_END = 2;
    private static final int SEEK_DATA = 3;
    private static final int ENXIO = 6;

    private final CLibrary library;

    private LinuxCalls(CLibrary library) {
        this.library = library;
    }

    /**
     * Absent where a C long is not as long as ours: offsets are passed as they are.
     *
     * @throws LinkageError where JNA is missing, or cannot be loaded
     */
    static Optional<SparseFile.Calls> load() {
        return Native.LONG_SIZE == Long.BYTES
                ? Optional.of(new LinuxCalls(Native.load("c", CLibrary.class)))
                : Optional.empty();
    }

    @Override
    public int open(String path) {
        return library.open(path, O_RDONLY_CLOEXEC);
    }

    /** lseek(2): behind the last data there is the error ENXIO. */
    @Override
    public long data(int descriptor, long offset) {
        long data = library.lseek(descriptor, offset, SEEK_DATA);
        if (data >= 0) {
            return data;
        }
        return Native.getLastError() == ENXIO ? library.lseek(descriptor, 0, SEEK_END) : offset;
    }

    @Override
    public void close(int descriptor) {
        library.close(descriptor);
    }

    /** As libc declares them. */
    public interface CLibrary extends Library {
        int open(String path, int flags);

        long lseek(int descriptor, long offset, int whence);

        int close(int descriptor);
    }
}
