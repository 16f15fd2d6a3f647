package throughline.replica.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import throughline.protocol.DiskName;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.SliceChain;

/** Machines, their disks, and the slices of their last and next change sets. */
final class MachineTable {
    static final String[] SCHEMA = {
        "CREATE TABLE machines(id INTEGER PRIMARY KEY, name TEXT UNIQUE, owner TEXT, trust_group TEXT, epoch INTEGER,"
                + " sequence INTEGER, arrived INTEGER, chain TEXT, receipt_epoch INTEGER, receipt_sequence INTEGER,"
                + " receipt_digest TEXT, receipt_slices INTEGER, receipt_blocks INTEGER, receipt_bytes INTEGER)",
        "CREATE TABLE disks(machine INTEGER, place INTEGER, name TEXT, size INTEGER, PRIMARY KEY(machine, place))"
                + " WITHOUT ROWID",
        // What is pending and not below its machine's "arrived" waits for the slices before it: its frames are in the
        // log only.
        "CREATE TABLE slices(machine INTEGER, pending INTEGER, number INTEGER, digest TEXT, blocks INTEGER, bytes INTEGER,"
                + " file INTEGER, start INTEGER, data INTEGER, position INTEGER, PRIMARY KEY(machine, pending, number))"
                + " WITHOUT ROWID"
    };

    private final IndexDatabase database;

    MachineTable(IndexDatabase database) {
        this.database = database;
    }

    /** A slice that waits for others. */
    record Waiting(long machine, long number, int file, long start, long data, long position) {}

    List<MachineName> names() throws SQLException {
        List<MachineName> names = new ArrayList<>();
        try (ResultSet rows = database.query("SELECT name FROM machines ORDER BY name")) {
            while (rows.next()) {
                names.add(new MachineName(rows.getString(1)));
            }
        }
        return names;
    }

    Optional<MachineRow> machine(MachineName name) throws SQLException {
        try (ResultSet row = database.query("SELECT * FROM machines WHERE name=?", name.value())) {
            if (!row.next()) {
                return Optional.empty();
            }
            long id = row.getLong("id");
            return Optional.of(new MachineRow(
                    id,
                    name,
                    new MachineOwner(new PrimaryName(row.getString("owner")), row.getString("trust_group")),
                    row.getLong("epoch"),
                    row.getLong("sequence"),
                    row.getLong("arrived"),
                    row.getString("chain"),
                    disks(id),
                    receipt(name, row)));
        }
    }

    MachineRow known(MachineName name) throws SQLException, RefusedException {
        Optional<MachineRow> machine = machine(name);
        if (machine.isEmpty()) {
            throw StorageFailure.of("the log speaks of machine " + name + ", which it has not declared");
        }
        return machine.get();
    }

    /** Returns its number. */
    long insert(LogRecord.MachineDeclared declared) throws SQLException {
        MachineOwner owner = declared.owner();
        database.change(
                "INSERT INTO machines(name, owner, trust_group, epoch, sequence, arrived, chain) VALUES(?, ?, ?, ?, 0, 0, ?)",
                declared.machine().value(),
                owner.primary().value(),
                owner.trustGroup(),
                declared.epoch(),
                SliceChain.EMPTY);
        long id = database.number("SELECT last_insert_rowid()");
        for (int i = 0; i < declared.disks().size(); i++) {
            DeclaredDisk disk = declared.disks().get(i);
            database.change(
                    "INSERT INTO disks VALUES(?, ?, ?, ?)", id, i, disk.disk().value(), disk.size());
        }
        return id;
    }

    void update(long machine, long epoch, long sequence) throws SQLException {
        database.change("UPDATE machines SET epoch=?, sequence=? WHERE id=?", epoch, sequence, machine);
    }

    void arrived(long machine, long slices, String chain) throws SQLException {
        database.change("UPDATE machines SET arrived=?, chain=? WHERE id=?", slices, chain, machine);
    }

    void committed(long machine, Receipt receipt) throws SQLException {
        database.change(
                "UPDATE machines SET receipt_epoch=?, receipt_sequence=?, receipt_digest=?, receipt_slices=?,"
                        + " receipt_blocks=?, receipt_bytes=? WHERE id=?",
                receipt.epoch(),
                receipt.sequence(),
                receipt.digest(),
                receipt.slices(),
                receipt.blocks(),
                receipt.bytes(),
                machine);
    }

    Optional<SliceRow> slice(long machine, boolean pending, long number) throws SQLException {
        try (ResultSet row = database.query(
                "SELECT digest, blocks, bytes FROM slices WHERE machine=? AND pending=? AND number=?",
                machine,
                pending ? 1 : 0,
                number)) {
            return row.next()
                    ? Optional.of(new SliceRow(row.getString(1), row.getLong(2), row.getLong(3)))
                    : Optional.empty();
        }
    }

    void insert(long machine, boolean pending, long number, SliceRow slice) throws SQLException {
        insert(pending, slice, new Waiting(machine, number, 0, 0, 0, 0));
    }

    void insert(boolean pending, SliceRow slice, Waiting waiting) throws SQLException {
        database.change(
                "INSERT INTO slices VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                waiting.machine(),
                pending ? 1 : 0,
                waiting.number(),
                slice.digest(),
                slice.blocks(),
                slice.bytes(),
                waiting.file(),
                waiting.start(),
                waiting.data(),
                waiting.position());
    }

    /** Those that wait for slice {@code arrived} of their machine, or for one after it. */
    List<Waiting> waiting(long machine, long arrived) throws SQLException {
        return waiting("machine=? AND pending=1 AND number>=? ORDER BY number", machine, arrived);
    }

    /** The one that does not wait any more when so many have arrived. */
    Optional<Waiting> next(long machine, long arrived) throws SQLException {
        return waiting("machine=? AND pending=1 AND number=?", machine, arrived).stream()
                .findFirst();
    }

    /** Those of all machines. */
    List<Waiting> waiting() throws SQLException {
        return waiting("pending=1 AND number>=(SELECT arrived FROM machines WHERE id=machine)");
    }

    void delete(Waiting slice) throws SQLException {
        database.change(
                "DELETE FROM slices WHERE machine=? AND pending=1 AND number=?", slice.machine(), slice.number());
    }

    void relocate(Waiting slice, long position) throws SQLException {
        database.change(
                "UPDATE slices SET position=? WHERE machine=? AND pending=1 AND number=?",
                position,
                slice.machine(),
                slice.number());
    }

    void forgetCommittedSlices(long machine) throws SQLException {
        database.change("DELETE FROM slices WHERE machine=? AND pending=0", machine);
    }

    void commitSlices(long machine) throws SQLException {
        database.change("UPDATE slices SET pending=0 WHERE machine=? AND pending=1", machine);
    }

    /**
     * Frames and bytes of the slices of the next change set that have arrived without a gap. More bytes than there are
     * numbers for, which runs of zeros over one another can make up, are as many as there are.
     */
    long[] sums(long machine, long arrived) throws SQLException {
        // In two halves, because SQLite refuses a sum that overflows.
        try (ResultSet row = database.query(
                "SELECT SUM(blocks), SUM(bytes>>32), SUM(bytes&4294967295) FROM slices"
                        + " WHERE machine=? AND pending=1 AND number<?",
                machine,
                arrived)) {
            row.next();
            long high = row.getLong(2) + (row.getLong(3) >>> 32);
            long bytes = high > Integer.MAX_VALUE ? Long.MAX_VALUE : (high << 32) | (row.getLong(3) & 0xFFFF_FFFFL);
            return new long[] {row.getLong(1), bytes};
        }
    }

    /** Frames of the slices that wait for others. */
    long waitingFrames(long machine, long arrived) throws SQLException {
        return database.number(
                "SELECT SUM(blocks) FROM slices WHERE machine=? AND pending=1 AND number>=?", machine, arrived);
    }

    /** Of the last change set, or of the next as far as they have arrived without a gap, from a number on. */
    List<LogRecord.SliceKept> kept(MachineRow machine, boolean pending, long from, int most) throws SQLException {
        List<LogRecord.SliceKept> kept = new ArrayList<>();
        try (ResultSet rows = database.query(
                "SELECT number, digest, blocks, bytes FROM slices WHERE machine=? AND pending=? AND number>=? AND number<?"
                        + " ORDER BY number LIMIT ?",
                machine.id(),
                pending ? 1 : 0,
                from,
                pending ? machine.arrived() : Long.MAX_VALUE,
                most)) {
            while (rows.next()) {
                kept.add(new LogRecord.SliceKept(
                        machine.name(), pending, rows.getLong(1), rows.getString(2), rows.getLong(3), rows.getLong(4)));
            }
        }
        return kept;
    }

    private List<Waiting> waiting(String condition, Object... values) throws SQLException {
        List<Waiting> waiting = new ArrayList<>();
        try (ResultSet rows = database.query(
                "SELECT machine, number, file, start, data, position FROM slices WHERE " + condition, values)) {
            while (rows.next()) {
                waiting.add(new Waiting(
                        rows.getLong(1),
                        rows.getLong(2),
                        rows.getInt(3),
                        rows.getLong(4),
                        rows.getLong(5),
                        rows.getLong(6)));
            }
        }
        return waiting;
    }

    private List<DeclaredDisk> disks(long machine) throws SQLException {
        List<DeclaredDisk> disks = new ArrayList<>();
        try (ResultSet rows = database.query("SELECT name, size FROM disks WHERE machine=? ORDER BY place", machine)) {
            while (rows.next()) {
                disks.add(new DeclaredDisk(new DiskName(rows.getString(1)), rows.getLong(2)));
            }
        }
        return disks;
    }

    private static Optional<Receipt> receipt(MachineName name, ResultSet row) throws SQLException {
        if (row.getString("receipt_digest") == null) {
            return Optional.empty();
        }
        ChangeSetId id = new ChangeSetId(name, row.getLong("receipt_epoch"), row.getLong("receipt_sequence"));
        return Optional.of(new Receipt(
                name,
                id.epoch(),
                id.sequence(),
                row.getString("receipt_digest"),
                row.getLong("receipt_slices"),
                row.getLong("receipt_blocks"),
                row.getLong("receipt_bytes")));
    }
}
