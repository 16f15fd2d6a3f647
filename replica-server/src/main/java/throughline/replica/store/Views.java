package throughline.replica.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Copies of a disk's extents, made at one moment for one reader: what is committed later does not change what he reads. */
final class Views {
    static final String SCHEMA = "CREATE TEMP TABLE IF NOT EXISTS views(reader INTEGER, layer INTEGER, start INTEGER,"
            + " length INTEGER, file INTEGER, position INTEGER, skip INTEGER, frame INTEGER, checksum INTEGER,"
            + " PRIMARY KEY(reader, layer, start)) WITHOUT ROWID";

    private final IndexDatabase database;
    private long readers;

    Views(IndexDatabase database) {
        this.database = database;
    }

    /**
     * A part of a disk.
     *
     * @param disk its place in the machine
     * @param pending whether what is pending lies over what is committed
     */
    record Range(long machine, int disk, boolean pending, long from, long to) {}

    /** Copies for a reader, and gives him a number. */
    long open(Range range) throws SQLException {
        long reader = ++readers;
        long disk = Extents.disk(range.machine(), range.disk());
        for (int layer = 0; layer <= (range.pending() ? Extents.PENDING : Extents.COMMITTED); layer++) {
            database.change(
                    "INSERT INTO views SELECT ?, layer, start, length, file, position, skip, frame, checksum FROM extents"
                            + " WHERE disk=? AND layer=? AND start<? AND start>=COALESCE((SELECT MAX(start) FROM extents"
                            + " WHERE disk=? AND layer=? AND start<=?), 0)",
                    reader,
                    disk,
                    layer,
                    range.to(),
                    disk,
                    layer,
                    range.from());
        }
        return reader;
    }

    /** The block files that a reader's extents are in. */
    List<Integer> files(long reader) throws SQLException {
        List<Integer> files = new ArrayList<>();
        try (ResultSet rows = database.query("SELECT DISTINCT file FROM views WHERE reader=? AND file<>0", reader)) {
            while (rows.next()) {
                files.add(rows.getInt(1));
            }
        }
        return files;
    }

    List<Extent> page(long reader, int layer, long from, int most) throws SQLException {
        try (ResultSet rows = database.query(
                "SELECT start, length, file, position, skip, frame, checksum FROM views"
                        + " WHERE reader=? AND layer=? AND start>=? ORDER BY start LIMIT ?",
                reader,
                layer,
                from,
                most)) {
            return Extents.read(rows);
        }
    }

    boolean close(long reader) throws SQLException {
        return database.change("DELETE FROM views WHERE reader=?", reader) > 0;
    }
}
