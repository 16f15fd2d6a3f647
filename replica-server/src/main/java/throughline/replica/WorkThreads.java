package throughline.replica;

import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Where a request is served that waits: for the bytes of a slice, or for files. Each takes so many at a time, and lets so many
 * wait; what is more is a {@link RejectedExecutionException}.
 */
interface WorkThreads {
    Executor ofTransfers();

    /** Of the other requests that use the files of a folder: one that hangs holds up its own alone. */
    Executor ofFolder(Path folder);
}
