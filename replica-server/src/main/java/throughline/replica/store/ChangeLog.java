package throughline.replica.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/**
 * The log, and the index that follows it. A record counts once it is forced; many threads share one force, and one transaction of the
 * index. After a failed force nothing is known of what was written: the log takes nothing more until it is opened again.
 */
final class ChangeLog implements AutoCloseable {
    static final String FOLDER = "log";
    private static final Pattern NAME = Pattern.compile("([0-9]{8,18})\\.log");
    private static final Pattern UNFINISHED = Pattern.compile("[0-9]{8,18}\\.log\\.new");
    /** Of records that are applied in one transaction when the log is read. */
    private static final int BATCH = 64;

    private final StoreFiles files;
    private final Index index;
    private final Space space;
    private final Object appending = new Object();
    private final Object forcing = new Object();
    private final Object applying = new Object();
    private final Deque<Unapplied> queue = new ArrayDeque<>();
    private volatile LogFile file;
    private volatile @Nullable RefusedException broken;
    private long appended;
    private volatile long forced;
    private volatile long forcedPosition;
    private long applied;
    private volatile long snapshotEnd;
    private boolean wasCut;

    private record Unapplied(long ordinal, LogFile.Entry entry) {}

    private ChangeLog(StoreFiles files, LogFile file, Index index, Space space) {
        this.files = files;
        this.file = file;
        this.index = index;
        this.space = space;
    }

    /**
     * Opens the file that counts, or the first.
     *
     * @param mayBegin whether a store without a log is a new one
     */
    static LogFile openFile(StoreFiles files, boolean mayBegin) throws RefusedException {
        files.createFolder(FOLDER);
        List<String> present = files.list(FOLDER);
        List<String> logs =
                present.stream().filter(name -> NAME.matcher(name).matches()).toList();
        if (logs.isEmpty()) {
            if (!mayBegin) {
                throw StorageFailure.of(
                        files.describe(FOLDER)
                                + ": holds no log, and without it nothing can be told of what the store holds; the store is not opened");
            }
            write(files, UUID.randomUUID(), 1, file -> {});
            return putInPlace(files, 1);
        }
        LogFile file = LogFile.open(files, FOLDER + "/" + logs.get(logs.size() - 1));
        // What an earlier process wrote may not have been forced: neither its last records nor the name of the file.
        file.force();
        files.forceFolder(FOLDER);
        deleteOlder(files, file);
        return file;
    }

    /** Applies what the index does not have yet, and cuts off a torn end. */
    static ChangeLog open(StoreFiles files, LogFile file, Index index, long from, Space space) throws RefusedException {
        ChangeLog log = new ChangeLog(files, file, index, space);
        index.use(log::slice);
        long position = from;
        List<LogFile.Entry> batch = new ArrayList<>();
        for (Optional<LogFile.Entry> entry = file.read(position); entry.isPresent(); entry = file.read(position)) {
            batch.add(entry.get());
            position = entry.get().after();
            if (batch.size() == BATCH) {
                index.apply(file, batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            index.apply(file, batch);
        }
        log.wasCut = file.cut(position);
        log.forcedPosition = position;
        space.add(position);
        log.snapshotEnd = Math.max(LogFile.HEADER, index.snapshotEnd());
        if (position > LogFile.HEADER) {
            // A cut of power may have taken the one that was there.
            log.witness();
        }
        return log;
    }

    /** Bytes of the log now, and how many of them were there when it began. */
    record Lengths(long now, long begun) {}

    Lengths lengths() {
        return new Lengths(file.end(), snapshotEnd);
    }

    /** Whether something was behind its last whole record when it was opened. */
    boolean wasCut() {
        return wasCut;
    }

    /** Whether nothing more is taken; what was appended last may or may not be there at the next start. */
    boolean isBroken() {
        return broken != null;
    }

    /**
     * Appends a record. It is in the log when this returns, and counts when {@link #settle} does.
     *
     * @return its number
     * @throws RefusedException STORE_FULL also where it would exceed what the store may use
     */
    long append(LogRecord record) throws RefusedException {
        byte[] payload = record.encode();
        space.reserve(LogFile.length(payload));
        return appendOrFree(record, payload);
    }

    /** The same for a small record by which a store that has no room goes on, or comes to have some. */
    long appendAlsoWhereFull(LogRecord record) throws RefusedException {
        byte[] payload = record.encode();
        space.add(LogFile.length(payload));
        return appendOrFree(record, payload);
    }

    /** Forces a record, and those before it, and applies them. */
    void settle(long ordinal) throws RefusedException {
        force(ordinal);
        apply(ordinal);
    }

    /** Forces and applies everything that was appended; refused where that is not possible. */
    void settleAll() throws RefusedException {
        checkUsable();
        long last;
        synchronized (appending) {
            last = appended;
        }
        settle(last);
    }

    /** Applies what was forced and could not be applied then. */
    void catchUp() throws RefusedException {
        apply(forced);
    }

    /** Begins a new file with a snapshot, and deletes the one before. Nothing is appended meanwhile. */
    void replace() throws RefusedException {
        synchronized (applying) {
            synchronized (forcing) {
                synchronized (appending) {
                    checkUsable();
                    force(appended);
                    apply(appended);
                    replaceFile();
                }
            }
        }
    }

    /** Leaves a log whose every record is vouched for. */
    @Override
    public void close() {
        try (LogFile closing = file) {
            if (broken == null && closing.end() > forcedPosition) {
                closing.force();
            }
        } catch (RefusedException onlyTheWitness) {
            // What was acknowledged was forced before.
        }
    }

    private long appendOrFree(LogRecord record, byte[] payload) throws RefusedException {
        boolean appended = false;
        try {
            long ordinal = append(record, payload);
            appended = true;
            return ordinal;
        } finally {
            if (!appended) {
                space.add(-LogFile.length(payload));
            }
        }
    }

    private long append(LogRecord record, byte[] payload) throws RefusedException {
        synchronized (appending) {
            checkUsable();
            try {
                long position = file.append(payload, forcedPosition);
                queue.add(new Unapplied(++appended, new LogFile.Entry(record, position, file.end())));
                return appended;
            } catch (RefusedException e) {
                cutBehindEnd(e);
                throw e;
            } catch (RuntimeException | Error e) {
                // The record may be there without being in the queue, and the index would skip it.
                breakWith(e);
                throw e;
            }
        }
    }

    private LogRecord.SliceStored slice(long position) throws RefusedException {
        Optional<LogFile.Entry> entry = file.read(position);
        if (entry.isPresent() && entry.get().record() instanceof LogRecord.SliceStored slice) {
            return slice;
        }
        throw StorageFailure.of(
                file.described() + ": has no whole slice at " + position + ", where the index says there is one");
    }

    private void force(long ordinal) throws RefusedException {
        synchronized (forcing) {
            if (forced >= ordinal) {
                return;
            }
            checkUsable();
            long last;
            long end;
            synchronized (appending) {
                last = appended;
                end = file.end();
            }
            try {
                file.force();
            } catch (RefusedException | RuntimeException | Error e) {
                throw breakWith(e);
            }
            forced = last;
            forcedPosition = end;
            witness();
        }
    }

    /** Not forced: whoever finds it knows more, and nobody has to. */
    private void witness() {
        synchronized (appending) {
            byte[] payload = new LogRecord.Witness().encode();
            try {
                file.append(payload, forcedPosition);
                space.add(LogFile.length(payload));
            } catch (RefusedException noRoom) {
                cutBehindEnd(noRoom);
            }
        }
    }

    private void apply(long ordinal) throws RefusedException {
        synchronized (applying) {
            if (applied >= ordinal) {
                return;
            }
            List<LogFile.Entry> entries = new ArrayList<>();
            synchronized (appending) {
                for (Unapplied next : queue) {
                    if (next.ordinal() <= forced) {
                        entries.add(next.entry());
                    }
                }
            }
            index.apply(file, entries);
            synchronized (appending) {
                for (int i = 0; i < entries.size(); i++) {
                    applied = queue.remove().ordinal();
                }
            }
        }
    }

    private void replaceFile() throws RefusedException {
        LogFile before = file;
        Index.Replacement[] replacement = new Index.Replacement[1];
        long number = before.number() + 1;
        write(files, before.store(), number, fresh -> replacement[0] = index.snapshot(fresh));
        LogFile after;
        try {
            // From here on the next start may find either of them: what one of them alone says could be lost.
            after = putInPlace(files, number);
            file = after;
            replacement[0].finish();
        } catch (RefusedException | RuntimeException | Error e) {
            throw breakWith(e);
        } finally {
            if (file != before) {
                before.close();
            }
        }
        forcedPosition = after.end();
        snapshotEnd = after.end();
        space.add(after.end() - before.end());
        files.delete(FOLDER + "/" + name(before.number()));
    }

    private interface Content {
        void writeTo(LogFile file) throws RefusedException;
    }

    /** Under a name that no start takes for a log. */
    private static void write(StoreFiles files, UUID store, long number, Content content) throws RefusedException {
        try (LogFile fresh = LogFile.create(files, FOLDER + "/" + name(number) + ".new", store, number)) {
            content.writeTo(fresh);
            fresh.force();
        }
    }

    private static LogFile putInPlace(StoreFiles files, long number) throws RefusedException {
        String name = FOLDER + "/" + name(number);
        files.rename(name + ".new", name);
        files.forceFolder(FOLDER);
        return LogFile.open(files, name);
    }

    /** What is not called as a log is somebody else's. */
    private static void deleteOlder(StoreFiles files, LogFile kept) throws RefusedException {
        for (String name : files.list(FOLDER)) {
            if (UNFINISHED.matcher(name).matches()
                    || (NAME.matcher(name).matches() && !name.equals(name(kept.number())) && isOf(kept, files, name))) {
                files.delete(FOLDER + "/" + name);
            }
        }
    }

    private static boolean isOf(LogFile log, StoreFiles files, String name) {
        try (LogFile other = LogFile.open(files, FOLDER + "/" + name)) {
            return other.store().equals(log.store()) && other.number() < log.number();
        } catch (RefusedException unreadable) {
            return false;
        }
    }

    private static String name(long number) {
        return String.format("%08d.log", number);
    }

    private void cutBehindEnd(RefusedException failure) {
        try {
            file.cutBehindEnd();
        } catch (RefusedException again) {
            failure.addSuppressed(again);
            breakWith(failure);
        }
    }

    private RefusedException breakWith(Throwable cause) {
        broken = new RefusedException(
                RefusalReason.STORAGE_FAILED,
                cause.getMessage() + "; the store takes nothing more until it is opened again",
                cause);
        return broken;
    }

    private void checkUsable() throws RefusedException {
        RefusedException failure = broken;
        if (failure != null) {
            throw new RefusedException(failure.reason(), String.valueOf(failure.getMessage()), failure);
        }
    }
}
