package throughline.replica.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the content of every disk is. Each disk has two layers, what is committed and what is pending, and in each of them
 * extents do not overlap. Where the committed layer has none, the disk holds zeros; where the pending layer has none, it shows
 * what is committed.
 */
final class Extents {
    static final int COMMITTED = 0;
    static final int PENDING = 1;

    static final String[] SCHEMA = {
        "CREATE TABLE extents(disk INTEGER, layer INTEGER, start INTEGER, length INTEGER, file INTEGER, position INTEGER,"
                + " skip INTEGER, frame INTEGER, checksum INTEGER, PRIMARY KEY(disk, layer, start)) WITHOUT ROWID",
        // For merge, which asks for one file at a time; zeros are in none.
        "CREATE INDEX extents_of_file ON extents(file, position, skip) WHERE file<>0",
        "CREATE TABLE files(number INTEGER PRIMARY KEY, live INTEGER)"
    };

    private static final String COLUMNS = "start, length, file, position, skip, frame, checksum";
    private static final String LAYER = " FROM extents WHERE disk=? AND layer=? ";

    private final IndexDatabase database;
    /** By how much the live bytes of files have changed in this transaction. */
    private final Map<Integer, Long> changes = new HashMap<>();

    Extents(IndexDatabase database) {
        this.database = database;
    }

    /** Puts frames over what a layer holds, later ones over earlier ones. */
    void put(long machine, int layer, FrameList frames, int file, long start) throws SQLException {
        long position = start;
        Inserts inserts = new Inserts(layer);
        for (int i = 0; i < frames.size(); i++) {
            boolean data = frames.isData(i);
            long length = frames.length(i);
            Extent extent = data
                    ? new Extent(frames.offset(i), length, file, position, 0, (int) length, frames.checksum(i))
                    : Extent.zeros(frames.offset(i), length);
            inserts.add(disk(machine, frames.disk(i)), extent);
            position += data ? length : 0;
        }
        inserts.flush();
    }

    /** As they are in a snapshot: nothing lies under them. */
    void restore(long machine, int disk, int layer, List<Extent> extents) throws SQLException {
        Inserts inserts = new Inserts(layer);
        for (Extent extent : extents) {
            inserts.add(disk(machine, disk), extent);
        }
        inserts.flush();
    }

    /** What is pending becomes what is committed. */
    void commit(long machine, int disks) throws SQLException {
        for (int i = 0; i < disks; i++) {
            long disk = disk(machine, i);
            if (end(disk, COMMITTED) > 0) {
                for (Extent run : runs(disk)) {
                    punch(disk, COMMITTED, run.offset(), run.end());
                }
            }
            database.change(
                    "INSERT INTO extents(disk, layer, " + COLUMNS + ") SELECT disk, 0, " + COLUMNS + LAYER
                            + "AND file<>0",
                    disk,
                    PENDING);
            database.change("DELETE" + LAYER, disk, PENDING);
        }
    }

    /** Changes where pieces of frames are. */
    void move(int from, int to, MoveList moves) throws SQLException {
        database.script(
                "CREATE TEMP TABLE IF NOT EXISTS moves(position INTEGER, skip INTEGER, length INTEGER, target INTEGER,"
                        + " checksum INTEGER, PRIMARY KEY(position, skip)) WITHOUT ROWID");
        database.change("DELETE FROM moves");
        PreparedStatement insert = database.prepare("INSERT INTO moves VALUES(?, ?, ?, ?, ?)");
        for (int i = 0; i < moves.size(); i++) {
            insert.setLong(1, moves.position(i));
            insert.setInt(2, moves.skip(i));
            insert.setInt(3, moves.length(i));
            insert.setLong(4, moves.target(i));
            insert.setInt(5, moves.checksum(i));
            insert.addBatch();
        }
        insert.executeBatch();
        long before = live(from);
        String piece = " FROM moves m WHERE m.position=extents.position AND m.skip<=extents.skip"
                + " AND extents.skip+extents.length<=m.skip+m.length ORDER BY m.skip DESC LIMIT 1)";
        database.change(
                "UPDATE extents SET (file, position, skip, frame, checksum) ="
                        + " (SELECT ?, m.target, extents.skip-m.skip, m.length, m.checksum" + piece
                        + " WHERE file=? AND file<>0 AND EXISTS(SELECT 1" + piece,
                to,
                from);
        long moved = before - live(from);
        changed(from, -moved);
        changed(to, moved);
    }

    /** Says that so many bytes more, or fewer, of a file count. */
    void changed(int file, long bytes) {
        changes.merge(file, bytes, Long::sum);
    }

    /** Writes down what {@link #changed}; at the end of a transaction. */
    void flush() throws SQLException {
        for (Map.Entry<Integer, Long> change : changes.entrySet()) {
            if (change.getKey() != Extent.ZEROS && change.getValue() != 0) {
                database.change("INSERT OR IGNORE INTO files VALUES(?, 0)", change.getKey());
                database.change("UPDATE files SET live=live+? WHERE number=?", change.getValue(), change.getKey());
            }
        }
        changes.clear();
        database.change("DELETE FROM files WHERE live=0");
    }

    /** Forgets what {@link #changed}; when a transaction failed. */
    void forget() {
        changes.clear();
    }

    /** Extents of a layer, as many as are asked for, from a place on the disk on. */
    List<Extent> page(long machine, int disk, int layer, long from, int most) throws SQLException {
        try (ResultSet rows = database.query(
                "SELECT " + COLUMNS + LAYER + "AND start>=? ORDER BY start LIMIT ?",
                disk(machine, disk),
                layer,
                from,
                most)) {
            return read(rows);
        }
    }

    /** What of a file's frames counts, in the order of positions: pieces that do not overlap; the offsets mean nothing. */
    List<Extent> pieces(int file, int most) throws SQLException {
        try (ResultSet rows = database.query(
                "SELECT " + COLUMNS + " FROM extents WHERE file=? AND file<>0 ORDER BY position, skip LIMIT ?",
                file,
                most)) {
            return read(rows);
        }
    }

    /** A number for each disk of the store. */
    static long disk(long machine, int disk) {
        return machine << 16 | disk;
    }

    static List<Extent> read(ResultSet rows) throws SQLException {
        List<Extent> extents = new ArrayList<>();
        while (rows.next()) {
            extents.add(extent(rows));
        }
        return extents;
    }

    private static Extent extent(ResultSet row) throws SQLException {
        return new Extent(
                row.getLong(1),
                row.getLong(2),
                row.getInt(3),
                row.getLong(4),
                row.getInt(5),
                row.getInt(6),
                row.getInt(7));
    }

    private long live(int file) throws SQLException {
        return database.number("SELECT SUM(length) FROM extents WHERE file=? AND file<>0", file);
    }

    private long end(long disk, int layer) throws SQLException {
        return database.number("SELECT start+length" + LAYER + "ORDER BY start DESC LIMIT 1", disk, layer);
    }

    /** What is pending on a disk, extents that touch taken as one. */
    private List<Extent> runs(long disk) throws SQLException {
        List<Extent> runs = new ArrayList<>();
        try (ResultSet rows = database.query("SELECT start, length" + LAYER + "ORDER BY start", disk, PENDING)) {
            long start = 0;
            long end = 0;
            while (rows.next()) {
                if (rows.getLong(1) != end) {
                    addRun(runs, start, end);
                    start = rows.getLong(1);
                }
                end = rows.getLong(1) + rows.getLong(2);
            }
            addRun(runs, start, end);
        }
        return runs;
    }

    private static void addRun(List<Extent> runs, long start, long end) {
        if (end > start) {
            runs.add(Extent.zeros(start, end - start));
        }
    }

    /** Takes a range out of a layer; what of an extent lies outside stays. */
    private void punch(long disk, int layer, long from, long to) throws SQLException {
        Optional<Extent> before = Optional.empty();
        try (ResultSet row = database.query(
                "SELECT " + COLUMNS + LAYER + "AND start<? ORDER BY start DESC LIMIT 1", disk, layer, from)) {
            if (row.next()) {
                before = Optional.of(extent(row)).filter(extent -> extent.end() > from);
            }
        }
        Optional<Extent> behind = before.filter(extent -> extent.end() > to);
        if (before.isPresent()) {
            database.change(
                    "UPDATE extents SET length=? WHERE disk=? AND layer=? AND start=?",
                    from - before.get().offset(),
                    disk,
                    layer,
                    before.get().offset());
            changed(before.get().file(), -(before.get().end() - from));
        }
        try (ResultSet rows =
                database.query("SELECT " + COLUMNS + LAYER + "AND start>=? AND start<?", disk, layer, from, to)) {
            while (rows.next()) {
                Extent inside = extent(rows);
                changed(inside.file(), -inside.length());
                behind = inside.end() > to ? Optional.of(inside) : behind;
            }
        }
        database.change("DELETE" + LAYER + "AND start>=? AND start<?", disk, layer, from, to);
        if (behind.isPresent()) {
            Extent rest = behind.get().from(to);
            bind(database.prepare(INSERT), disk, layer, rest).executeUpdate();
            changed(rest.file(), rest.length());
        }
    }

    private static final String INSERT =
            "INSERT INTO extents(disk, layer, " + COLUMNS + ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static PreparedStatement bind(PreparedStatement insert, long disk, int layer, Extent extent)
            throws SQLException {
        insert.setLong(1, disk);
        insert.setInt(2, layer);
        insert.setLong(3, extent.offset());
        insert.setLong(4, extent.length());
        insert.setInt(5, extent.file());
        insert.setLong(6, extent.position());
        insert.setInt(7, extent.skip());
        insert.setInt(8, extent.frameLength());
        insert.setInt(9, extent.checksum());
        return insert;
    }

    /** Puts extents into a layer in batches. Ascending ones, as most come, need not be compared with what is there. */
    private final class Inserts {
        private final int layer;
        private final Map<Long, Long> ends = new HashMap<>();
        private int batched;

        Inserts(int layer) {
            this.layer = layer;
        }

        void add(long disk, Extent extent) throws SQLException {
            Long end = ends.get(disk);
            if (end == null) {
                end = end(disk, layer);
            }
            if (extent.offset() < end) {
                flush();
                punch(disk, layer, extent.offset(), extent.end());
            }
            ends.put(disk, Math.max(end, extent.end()));
            bind(database.prepare(INSERT), disk, layer, extent).addBatch();
            changed(extent.file(), extent.length());
            batched++;
        }

        void flush() throws SQLException {
            if (batched > 0) {
                database.prepare(INSERT).executeBatch();
                batched = 0;
            }
        }
    }
}
