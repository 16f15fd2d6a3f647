package throughline.replica.store;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/**
 * Frees space: copies what still counts out of block files that are mostly dead, and begins a new log when this one has grown
 * long. By itself on a thread of its own, and when it is told to.
 */
final class Merge {
    /** Below, it is not worth the writing. */
    private static final long LEAST_DEAD = 64L << 20;

    /** A log that is shorter stays. */
    static final long LEAST_LOG = 16L << 20;
    /** How many times as long as it began a log may become. */
    private static final int LOG_GROWTH = 4;
    /** When space is wanted, a file goes if one part in so many of it is dead, and a log if so much of it is new. */
    private static final int LEAST_PART = 8;
    /** Nor is it worth a new log for less than this part of the shortest that goes by itself. */
    private static final int LEAST_GROWTH = 256;
    /** Pieces that are moved by one record. */
    private static final int BATCH = 16_384;

    private static final Logger LOG = LoggerFactory.getLogger(Merge.class);

    private final Index index;
    private final ChangeLog log;
    private final BlockFiles blocks;
    private final UntilClosed open;
    private final Space space;
    private final long leastLog;
    private final Object merging = new Object();
    private final Thread thread = new Thread(this::work, "throughline-merge");
    private boolean started;
    private boolean stopped;
    private boolean wanted;
    private boolean roomWanted;

    Merge(Index index, ChangeLog log, BlockFiles blocks, UntilClosed open, Space space, long leastLog) {
        this.index = index;
        this.log = log;
        this.blocks = blocks;
        this.open = open;
        this.space = space;
        this.leastLog = leastLog;
        thread.setDaemon(true);
    }

    /** Merges all that is worth it, and begins a new log. */
    void run() throws RefusedException {
        mergeFiles(true);
        open.use(() -> {
            log.replace();
            return true;
        });
    }

    /** Looks, some time soon, whether there is enough to do. */
    synchronized void consider() {
        wanted = true;
        wake();
    }

    /** The same, where nothing was done but to the log. */
    void considerLog() {
        if (isLogLong()) {
            consider();
        }
    }

    /** The same, where space is short. */
    synchronized void makeRoom() {
        roomWanted = true;
        consider();
    }

    /** Ends what is under way at the next good moment. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake() {
        if (!started && !stopped) {
            // Where there is no memory for it, the next one starts it.
            thread.start();
            started = true;
        }
        notifyAll();
    }

    private void work() {
        while (true) {
            boolean forRoom;
            synchronized (this) {
                while (!wanted && !stopped) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                if (stopped) {
                    return;
                }
                forRoom = roomWanted || space.isFull();
                wanted = false;
                roomWanted = false;
            }
            attempt(forRoom);
        }
    }

    private void attempt(boolean forRoom) {
        try {
            long live = open.use(() ->
                    index.live().values().stream().mapToLong(Long::longValue).sum());
            long used = blocks.used();
            if (forRoom || (used - live > LEAST_DEAD && used - live > used / 2)) {
                mergeFiles(forRoom);
            }
            if (isLogLong() || (forRoom && mayShorten())) {
                open.use(() -> {
                    log.replace();
                    return true;
                });
            }
        } catch (RefusedException e) {
            if (e.reason() != RefusalReason.SHUTTING_DOWN) {
                LOG.warn("merge given up for now: {}", e.getMessage());
            }
        } catch (RuntimeException | Error e) {
            // The thread is the only one: without it nothing would be freed any more.
            say(e);
        }
    }

    private static void say(Throwable failure) {
        try {
            LOG.error("merge given up for now", failure);
        } catch (RuntimeException | Error noMemoryForThatEither) {
            // The next attempt matters more.
        }
    }

    private boolean isLogLong() {
        ChangeLog.Lengths lengths = log.lengths();
        return lengths.now() > leastLog && lengths.now() > LOG_GROWTH * lengths.begun();
    }

    /** When space is wanted. */
    private boolean mayShorten() {
        ChangeLog.Lengths lengths = log.lengths();
        long grown = lengths.now() - lengths.begun();
        return grown > leastLog / LEAST_GROWTH && grown > lengths.now() / LEAST_PART;
    }

    private void mergeFiles(boolean forRoom) throws RefusedException {
        synchronized (merging) {
            Map<Integer, Long> sizes = blocks.idle();
            Map<Integer, Long> live = open.use(index::live);
            @Nullable RefusedException failure = null;
            for (Map.Entry<Integer, Long> file : sizes.entrySet()) {
                long size = file.getValue();
                long dead = size - live.getOrDefault(file.getKey(), 0L);
                if (dead > 0 && (forRoom ? dead >= size / LEAST_PART : dead > size / 2)) {
                    failure = mergeOrKeep(file.getKey(), failure);
                }
            }
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** One file that is damaged does not keep the others from being merged. */
    private @Nullable RefusedException mergeOrKeep(int file, @Nullable RefusedException before)
            throws RefusedException {
        try {
            mergeFile(file);
            return before;
        } catch (RefusedException e) {
            if (e.reason() != RefusalReason.STORAGE_FAILED || log.isBroken()) {
                throw e;
            }
            return before == null ? e : before;
        }
    }

    private void mergeFile(int file) throws RefusedException {
        // Slices that wait for others are known to the log only, by where their data is: that file stays until they
        // count.
        boolean free = open.use(() -> {
            if (index.isAwaited(file) || !blocks.closeToWriters(file)) {
                return false;
            }
            // Nor does the index know yet of what the log took and could not force or apply.
            log.settleAll();
            return !index.isAwaited(file);
        });
        if (!free) {
            return;
        }
        boolean more = true;
        while (more) {
            List<Extent> pieces = open.use(() -> index.pieces(file, BATCH));
            more = !pieces.isEmpty();
            if (more) {
                move(file, pieces);
            }
        }
        open.use(() -> {
            blocks.discard(file);
            return true;
        });
    }

    private void move(int file, List<Extent> pieces) throws RefusedException {
        BlockFiles.Writer writer = open.use(blocks::writeToMerge);
        try {
            MoveList moves = copy(pieces, writer);
            open.use(() -> {
                writer.force();
                long ordinal = append(new LogRecord.BlocksMoved(file, writer.file(), moves), writer);
                log.settle(ordinal);
                return true;
            });
        } finally {
            writer.close();
        }
    }

    private long append(LogRecord record, BlockFiles.Writer writer) throws RefusedException {
        boolean refused = true;
        try {
            long ordinal = log.appendAlsoWhereFull(record);
            refused = false;
            return ordinal;
        } finally {
            if (!refused || log.isBroken()) {
                writer.keep();
            }
        }
    }

    private MoveList copy(List<Extent> pieces, BlockFiles.Writer writer) throws RefusedException {
        MoveList moves = new MoveList();
        try (FrameReader frames = new FrameReader(blocks)) {
            @Nullable Extent run = null;
            for (Extent piece : pieces) {
                if (run != null && follows(run, piece)) {
                    run = joined(run, piece);
                } else {
                    copy(run, frames, writer, moves);
                    run = piece;
                }
            }
            copy(run, frames, writer, moves);
        }
        return moves;
    }

    private static boolean follows(Extent piece, Extent next) {
        return piece.position() == next.position() && piece.skip() + piece.length() == next.skip();
    }

    private static Extent joined(Extent piece, Extent next) {
        return new Extent(
                piece.offset(),
                piece.length() + next.length(),
                piece.file(),
                piece.position(),
                piece.skip(),
                piece.frameLength(),
                piece.checksum());
    }

    private void copy(@Nullable Extent piece, FrameReader frames, BlockFiles.Writer writer, MoveList moves)
            throws RefusedException {
        if (piece == null) {
            return;
        }
        int length = (int) piece.length();
        open.use(() -> {
            ByteBuffer data = frames.frame(piece).duplicate();
            data.position(piece.skip()).limit(piece.skip() + length);
            CRC32C checksum = new CRC32C();
            checksum.update(data.duplicate());
            moves.add(piece.position(), piece.skip(), length, writer.end(), (int) checksum.getValue());
            writer.write(data);
            return true;
        });
    }
}
