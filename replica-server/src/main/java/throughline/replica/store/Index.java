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
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.SliceChain;
import throughline.protocol.replication.SliceId;

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
            database.script(
                    "CREATE TABLE applied(store TEXT, log INTEGER, position INTEGER, snapshot INTEGER,"
                            + " highest_file INTEGER)",
                    "INSERT INTO applied VALUES('', 0, 0, 0, 0)",
                    "PRAGMA user_version=" + VERSION);
        }
        database.script(Views.SCHEMA);
    }

    synchronized void use(LogSource source) {
        log = source;
    }

    /** The position in that log up to which it is applied; empty where it follows from another one. */
    synchronized Optional<Long> position(UUID store, long number) throws SQLException {
        try (ResultSet row =
                database.query("SELECT position FROM applied WHERE store=? AND log=?", store.toString(), number)) {
            return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
        }
    }

    /** Applies records that follow on the last one that was applied: all, or none. */
    synchronized void apply(LogFile file, List<LogFile.Entry> entries) throws RefusedException {
        attempt(() -> {
            database.transaction(() -> {
                for (LogFile.Entry entry : entries) {
                    entry.record().applyTo(this, entry.position());
                    if (entry.record() instanceof LogRecord.StoreKept) {
                        setSnapshot(entry.after());
                    }
                }
                extents.flush();
                setPosition(file, entries.get(entries.size() - 1).after());
            });
            return true;
        });
    }

    void declare(LogRecord.MachineDeclared declared) throws SQLException, RefusedException {
        Optional<MachineRow> known = machines.machine(declared.machine());
        if (known.isEmpty()) {
            machines.insert(declared);
            return;
        }
        MachineRow machine = known.get();
        dropWaiting(machine);
        if (declared.epoch() != machine.epoch()) {
            machines.forgetCommittedSlices(machine.id());
            machines.update(machine.id(), declared.epoch(), 0);
        }
    }

    void store(LogRecord.SliceStored record, long position) throws SQLException, RefusedException {
        SliceId slice = record.slice();
        MachineRow machine = known(slice.changeSet().machine());
        if (slice.changeSet().epoch() != machine.epoch()
                || slice.changeSet().sequence() != machine.lastSequence() + 1) {
            throw StorageFailure.of(
                    "the log has " + slice + " after change set " + machine.epoch() + "/" + machine.lastSequence());
        }
        long data = record.frames().dataBytes();
        MachineTable.Waiting waiting =
                new MachineTable.Waiting(machine.id(), slice.number(), record.file(), record.start(), data, position);
        machines.insert(true, new SliceRow(record.digest(), record.blocks(), record.bytes()), waiting);
        highestFile(record.file());
        if (slice.number() == machine.arrived()) {
            arrive(machine, record);
        } else {
            extents.changed(record.file(), data);
        }
    }

    void commit(Receipt receipt) throws SQLException, RefusedException {
        MachineRow machine = known(receipt.machine());
        extents.commit(machine.id(), machine.disks().size());
        dropWaiting(machine);
        machines.forgetCommittedSlices(machine.id());
        machines.commitSlices(machine.id());
        machines.arrived(machine.id(), 0, SliceChain.EMPTY);
        machines.update(machine.id(), receipt.epoch(), receipt.sequence());
        machines.committed(machine.id(), receipt);
    }

    void move(LogRecord.BlocksMoved moved) throws SQLException {
        extents.move(moved.from(), moved.to(), moved.moves());
        highestFile(moved.to());
    }

    void keep(LogRecord.StoreKept kept) throws SQLException {
        highestFile(kept.highestFile());
    }

    void keep(LogRecord.MachineKept kept) throws SQLException {
        machines.insert(kept.declared());
        long id = database.number("SELECT last_insert_rowid()");
        machines.update(id, kept.declared().epoch(), kept.lastSequence());
        machines.arrived(id, kept.arrived(), kept.chain());
        if (kept.last().isPresent()) {
            machines.committed(id, kept.last().get());
        }
    }

    void keep(LogRecord.SliceKept kept) throws SQLException, RefusedException {
        SliceRow slice = new SliceRow(kept.digest(), kept.blocks(), kept.bytes());
        machines.insert(known(kept.machine()).id(), kept.pending(), kept.number(), slice);
    }

    void keep(LogRecord.ExtentsKept kept) throws SQLException, RefusedException {
        int layer = kept.pending() ? Extents.PENDING : Extents.COMMITTED;
        extents.restore(
                known(kept.machine()).id(), kept.disk(), layer, kept.extents().extents());
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
        return attempt(() -> (int) database.number("SELECT highest_file FROM applied"));
    }

    /** Where in the log the snapshot ends with which it begins; 0 where it begins with none. */
    synchronized long snapshotEnd() throws RefusedException {
        return attempt(() -> database.number("SELECT snapshot FROM applied"));
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
            Map<MachineTable.Waiting, Long> places = new HashMap<>();
            target.append(new LogRecord.StoreKept((int) database.number("SELECT highest_file FROM applied")), 0);
            for (MachineName name : machines.names()) {
                snapshot(known(name), target, places);
            }
            // Without a record that knows better, a damaged one would be taken for a torn end, and what follows it for
            // nothing.
            target.force();
            target.append(
                    new LogRecord.StoreKept((int) database.number("SELECT highest_file FROM applied")), target.end());
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

    private void arrive(MachineRow machine, LogRecord.SliceStored first) throws SQLException, RefusedException {
        long arrived = machine.arrived();
        String chain = machine.chain();
        LogRecord.SliceStored slice = first;
        while (true) {
            extents.put(machine.id(), Extents.PENDING, slice.frames(), slice.file(), slice.start());
            chain = SliceChain.next(chain, slice.digest());
            Optional<MachineTable.Waiting> next = machines.next(machine.id(), ++arrived);
            if (next.isEmpty()) {
                break;
            }
            slice = log.slice(next.get().position());
            extents.changed(slice.file(), -next.get().data());
        }
        machines.arrived(machine.id(), arrived, chain);
    }

    private void dropWaiting(MachineRow machine) throws SQLException {
        for (MachineTable.Waiting slice : machines.waiting(machine.id(), machine.arrived())) {
            extents.changed(slice.file(), -slice.data());
            machines.delete(slice);
        }
    }

    private void snapshot(MachineRow machine, LogFile target, Map<MachineTable.Waiting, Long> places)
            throws SQLException, RefusedException {
        LogRecord.MachineDeclared declared =
                new LogRecord.MachineDeclared(machine.name(), machine.owner(), machine.epoch(), machine.disks());
        target.append(
                new LogRecord.MachineKept(
                        declared, machine.lastSequence(), machine.arrived(), machine.chain(), machine.last()),
                0);
        for (boolean pending : new boolean[] {false, true}) {
            snapshotSlices(machine, pending, target);
            for (int disk = 0; disk < machine.disks().size(); disk++) {
                snapshotExtents(machine, disk, pending, target);
            }
        }
        for (MachineTable.Waiting slice : machines.waiting(machine.id(), machine.arrived())) {
            places.put(slice, target.append(log.slice(slice.position()), 0));
        }
    }

    private void snapshotSlices(MachineRow machine, boolean pending, LogFile target)
            throws SQLException, RefusedException {
        List<LogRecord.SliceKept> page = machines.kept(machine, pending, 0, ExtentList.MOST);
        while (!page.isEmpty()) {
            for (LogRecord.SliceKept slice : page) {
                target.append(slice, 0);
            }
            page = machines.kept(machine, pending, page.get(page.size() - 1).number() + 1, ExtentList.MOST);
        }
    }

    private void snapshotExtents(MachineRow machine, int disk, boolean pending, LogFile target)
            throws SQLException, RefusedException {
        int layer = pending ? Extents.PENDING : Extents.COMMITTED;
        List<Extent> page = extents.page(machine.id(), disk, layer, 0, ExtentList.MOST);
        while (!page.isEmpty()) {
            target.append(new LogRecord.ExtentsKept(machine.name(), disk, pending, new ExtentList(page)), 0);
            page = extents.page(
                    machine.id(), disk, layer, page.get(page.size() - 1).end(), ExtentList.MOST);
        }
    }

    private synchronized void replace(LogFile target, Map<MachineTable.Waiting, Long> places) throws RefusedException {
        attempt(() -> {
            database.transaction(() -> {
                for (Map.Entry<MachineTable.Waiting, Long> place : places.entrySet()) {
                    machines.relocate(place.getKey(), place.getValue());
                }
                setPosition(target, target.end());
                setSnapshot(target.end());
            });
            return true;
        });
    }

    private MachineRow known(MachineName name) throws SQLException, RefusedException {
        Optional<MachineRow> machine = machines.machine(name);
        if (machine.isEmpty()) {
            throw StorageFailure.of("the log speaks of machine " + name + ", which it has not declared");
        }
        return machine.get();
    }

    private void highestFile(int file) throws SQLException {
        database.change("UPDATE applied SET highest_file=MAX(highest_file, ?)", file);
    }

    private void setPosition(LogFile file, long position) throws SQLException {
        database.change(
                "UPDATE applied SET store=?, log=?, position=?", file.store().toString(), file.number(), position);
    }

    private void setSnapshot(long end) throws SQLException {
        database.change("UPDATE applied SET snapshot=?", end);
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
