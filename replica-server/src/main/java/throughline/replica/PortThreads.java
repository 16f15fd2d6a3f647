package throughline.replica;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Those of one port, started on demand. */
final class PortThreads implements WorkThreads {
    static final int IDLE_MILLISECONDS = 10_000;

    /** Slices are read blocking, one thread each. What comes when all are taken waits, unread. */
    private static final int MOST_TRANSFERS = 32;

    /** They share the forces of their folder's log. */
    private static final int MOST_OF_A_FOLDER = 8;

    /** What comes when so many wait is refused. */
    private static final int MOST_WAITING = 256;

    private final ThreadFactory threads;
    private final ThreadPoolExecutor transfers;
    private final Map<Path, ThreadPoolExecutor> folders = new HashMap<>();
    private boolean ended;

    PortThreads(ThreadFactory threads) {
        this.threads = threads;
        this.transfers = pool(MOST_TRANSFERS);
    }

    @Override
    public Executor ofTransfers() {
        return transfers;
    }

    @Override
    public synchronized Executor ofFolder(Path folder) {
        ThreadPoolExecutor pool = folders.computeIfAbsent(folder, name -> pool(MOST_OF_A_FOLDER));
        if (ended) {
            pool.shutdownNow();
        }
        return pool;
    }

    /** What waits is never served. */
    synchronized void end() {
        ended = true;
        transfers.shutdownNow();
        folders.values().forEach(ThreadPoolExecutor::shutdownNow);
    }

    private ThreadPoolExecutor pool(int most) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                most, most, IDLE_MILLISECONDS, TimeUnit.MILLISECONDS, new ArrayBlockingQueue<>(MOST_WAITING), threads);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
