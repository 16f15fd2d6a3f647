package throughline.replica.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** How far which log is applied, and what else concerns no machine. */
final class AppliedTable {
    static final String[] SCHEMA = {
        "CREATE TABLE applied(store TEXT, log INTEGER, position INTEGER, snapshot INTEGER, highest_file INTEGER)",
        "INSERT INTO applied VALUES('', 0, 0, 0, 0)"
    };

    private final IndexDatabase database;

    AppliedTable(IndexDatabase database) {
        this.database = database;
    }

    /** Empty where the index follows from another log. */
    Optional<Long> position(UUID store, long number) throws SQLException {
        try (ResultSet row =
                database.query("SELECT position FROM applied WHERE store=? AND log=?", store.toString(), number)) {
            return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
        }
    }

    void position(LogFile file, long position) throws SQLException {
        database.change(
                "UPDATE applied SET store=?, log=?, position=?", file.store().toString(), file.number(), position);
    }

    /** Where the snapshot ends with which the log begins; 0 where it begins with none. */
    long snapshotEnd() throws SQLException {
        return database.number("SELECT snapshot FROM applied");
    }

    void snapshotEnd(long end) throws SQLException {
        database.change("UPDATE applied SET snapshot=?", end);
    }

    /** The highest number that a block file has had. */
    int highestFile() throws SQLException {
        return (int) database.number("SELECT highest_file FROM applied");
    }

    /** A block file has that number. */
    void highestFile(int file) throws SQLException {
        database.change("UPDATE applied SET highest_file=MAX(highest_file, ?)", file);
    }
}
