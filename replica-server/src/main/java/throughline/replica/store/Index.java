package throughline.replica.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.MachineName;

/**
 * What the log says, in a form that can be asked. Follows from the log alone, and holds the position up to which it does.
 * Thread-safe.
 */
final class Index implements AutoCloseable {
    /** Another number makes every index anew. */
    private static final int VERSION = 3;

    private final String described;
    private final IndexDatabase database;
    private final MachineTable machines;
    private final Extents extents;
    private final AppliedTable applied;
    private final IndexChanges changes;
    private final Views views;
    private LogSource log = position -> {
        throw new IllegalStateException("no log yet");
    };

    /** Where the frames of slices are that wait for others. */
    interface LogSource {
        LogRecord.SliceStored slice(long position) throws RefusedException;
    }

    /** Something asked of the database. */
    interface Question<T> {
        T ask() throws SQLException, RefusedException;
    }

    /**
     * Opens an index, or begins one.
     *
     * @param place see {@link IndexDatabase}
     */
    static Index open(String place) throws SQLException {
        return new Index(place, new IndexDatabase(IndexDatabase.connect(place)));
    }

    /** Takes the database over, and closes it where it is of no use. */
    Index(String described, IndexDatabase database) throws SQLException {
        this.described = described;
        this.database = database;
        this.machines = new MachineTable(database);
        this.extents = new Extents(database);
        this.applied = new AppliedTable(database);
        this.changes = new IndexChanges(machines, extents, applied, position -> log.slice(position));
        this.views = new Views(database);
        boolean prepared = false;
        try {
            prepare();
            prepared = true;
        } finally {
            if (!prepared) {
                database.close();
            }
        }
    }

    private void prepare() throws SQLException {
        if (database.number("PRAGMA user_version") == VERSION) {
            try (ResultSet check = database.query("PRAGMA quick_check(1)")) {
                if (!check.next() || !"ok".equals(check.getString(1))) {
                    throw new SQLException("damaged");
                }
            }
        } else {
            if (database.number("SELECT COUNT(*) FROM sqlite_master") > 0) {
                throw new SQLException("of another version");
            }
            database.script(MachineTable.SCHEMA);
            database.script(Extents.SCHEMA);
            database.script(AppliedTable.SCHEMA);
            database.script("PRAGMA user_version=" + VERSION);
        }
        database.script(Views.SCHEMA);
    }

    synchronized void use(LogSource source) {
        log = source;
    }

    /** The position in that log up to which it is applied; empty where it follows from another one. */
    synchronized Optional<Long> position(UUID store, long number) throws SQLException {
        return applied.position(store, number);
    }

    /** Applies records that follow on the last one that was applied: all, or none. */
    synchronized void apply(LogFile file, List<LogFile.Entry> entries) throws RefusedException {
        attempt(() -> {
            database.transaction(() -> {
                for (LogFile.Entry entry : entries) {
                    entry.record().applyTo(changes, entry.position());
                    if (entry.record() instanceof LogRecord.StoreKept) {
                        applied.snapshotEnd(entry.after());
                    }
                }
                extents.flush();
                applied.position(file, entries.get(entries.size() - 1).after());
            });
            return true;
        });
    }

    synchronized Optional<MachineRow> machine(MachineName name) throws RefusedException {
        return attempt(() -> machines.machine(name));
    }

    synchronized List<MachineName> names() throws RefusedException {
        return attempt(machines::names);
    }

    synchronized Optional<SliceRow> slice(MachineRow machine, boolean pending, long number) throws RefusedException {
        return attempt(() -> machines.slice(machine.id(), pending, number));
    }

    synchronized boolean hasWaiting(MachineRow machine) throws RefusedException {
        return attempt(() -> !machines.waiting(machine.id(), machine.arrived()).isEmpty());
    }

    /** How many frames are in slices that wait for others. */
    synchronized long waitingFrames(MachineRow machine) throws RefusedException {
        return attempt(() -> machines.waitingFrames(machine.id(), machine.arrived()));
    }

    /** Frames and bytes of what is pending. */
    synchronized long[] sums(MachineRow machine) throws RefusedException {
        return attempt(() -> machines.sums(machine.id(), machine.arrived()));
    }

    /** The highest number that a block file has had. */
    synchronized int highestFile() throws RefusedException {
        return attempt(applied::highestFile);
    }

    /** Where in the log the snapshot ends with which it begins; 0 where it begins with none. */
    synchronized long snapshotEnd() throws RefusedException {
        return attempt(applied::snapshotEnd);
    }

    /** How many bytes of each block file count; files of which none does are not there. */
    synchronized Map<Integer, Long> live() throws RefusedException {
        return attempt(() -> numbers("SELECT number, live FROM files"));
    }

    /** Where in each block file the last byte that counts is followed by what does not. */
    synchronized Map<Integer, Long> ends() throws RefusedException {
        return attempt(() -> {
            Map<Integer, Long> ends =
                    numbers("SELECT file, MAX(position+frame) FROM extents WHERE file<>0 GROUP BY file");
            for (MachineTable.Waiting slice : machines.waiting()) {
                ends.merge(slice.file(), slice.start() + slice.data(), Math::max);
            }
            return ends;
        });
    }

    /** Whether slices wait whose data is in the file; the log alone knows their frames. */
    synchronized boolean isAwaited(int file) throws RefusedException {
        return attempt(() -> machines.waiting().stream().anyMatch(slice -> slice.file() == file && slice.data() > 0));
    }

    /** See {@link Extents#pieces}. */
    synchronized List<Extent> pieces(int file, int most) throws RefusedException {
        return attempt(() -> extents.pieces(file, most));
    }

    /**
     * Writes everything into a new log; nothing may be applied meanwhile.
     *
     * @return what to do when that log has taken the place of the one before
     */
    synchronized Replacement snapshot(LogFile target) throws RefusedException {
        return attempt(() -> {
            Map<MachineTable.Waiting, Long> places = new IndexSnapshot(machines, extents, applied, log).writeTo(target);
            return () -> replace(target, places);
        });
    }

    /** The second half of a snapshot. */
    interface Replacement {
        void finish() throws RefusedException;
    }

    /** See {@link Views#open}; the files that it names are the caller's to keep. */
    synchronized View view(Views.Range range, java.util.function.Consumer<List<Integer>> files)
            throws RefusedException {
        return attempt(() -> {
            long reader = views.open(range);
            files.accept(views.files(reader));
            return new View(this, reader);
        });
    }

    synchronized List<Extent> page(long reader, int layer, long from, int most) throws RefusedException {
        return attempt(() -> views.page(reader, layer, from, most));
    }

    synchronized void forget(long reader) throws RefusedException {
        attempt(() -> views.close(reader));
    }

    @Override
    public synchronized void close() {
        try {
            database.close();
        } catch (SQLException nothingIsLost) {
            // Everything in it is in the log.
        }
    }

    private synchronized void replace(LogFile target, Map<MachineTable.Waiting, Long> places) throws RefusedException {
        attempt(() -> {
            database.transaction(() -> {
                for (Map.Entry<MachineTable.Waiting, Long> place : places.entrySet()) {
                    machines.relocate(place.getKey(), place.getValue());
                }
                applied.position(target, target.end());
                applied.snapshotEnd(target.end());
            });
            return true;
        });
    }

    private Map<Integer, Long> numbers(String sql) throws SQLException {
        Map<Integer, Long> numbers = new HashMap<>();
        try (ResultSet rows = database.query(sql)) {
            while (rows.next()) {
                numbers.put(rows.getInt(1), rows.getLong(2));
            }
        }
        return numbers;
    }

    private <T> T attempt(Question<T> question) throws RefusedException {
        boolean done = false;
        try {
            T answer = question.ask();
            done = true;
            return answer;
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            if (!done) {
                extents.forget();
            }
        }
    }

    private RefusedException failure(SQLException cause) {
        boolean full = cause instanceof SQLiteException e && e.getResultCode() == SQLiteErrorCode.SQLITE_FULL;
        return new RefusedException(
                full ? RefusalReason.STORE_FULL : RefusalReason.STORAGE_FAILED,
                described + ": " + cause.getMessage(),
                cause);
    }
}
