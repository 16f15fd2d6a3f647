package throughline.primary.disk;

import java.nio.file.Path;

/**
 * Where a tracked disk keeps what is overwritten while a snapshot is open.
 *
 * @param memory how many bytes of it are kept in memory
 * @param folder what is beyond goes to a file in here, which is deleted when the snapshot is closed. It becomes at most as
 *     large as the disk
 */
public record Keeping(long memory, Path folder) {
    public Keeping {
        if (memory < 0) {
            throw new IllegalArgumentException(memory + " bytes of memory; accepted are numbers from 0 on");
        }
    }

    /** 16 MiB, and the folder for temporary files. */
    public static Keeping defaults() {
        return new Keeping(16 << 20, Path.of(System.getProperty("java.io.tmpdir")));
    }
}
