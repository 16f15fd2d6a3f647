package throughline.replica.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/** An index in memory whose state can be kept, and taken up again later. */
final class SavedIndex implements Opening.IndexPlace {
    static final byte[] NONE = {};

    private final byte[] state;
    private @Nullable SQLiteConnection connection;

    SavedIndex(byte[] state) {
        this.state = state;
    }

    byte[] save() {
        try {
            return connection == null ? state : connection.serialize("main");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As if there were room for so many pages only, or for those that there are. */
    void limitTo(int pages) throws SQLException {
        try (Statement statement = Objects.requireNonNull(connection).createStatement()) {
            statement.execute("PRAGMA max_page_count=" + pages);
        }
    }

    @Override
    public boolean exists() {
        return state.length > 0 && connection == null;
    }

    @Override
    public Index open() throws SQLException {
        Connection opened = IndexDatabase.connect(IndexDatabase.MEMORY);
        boolean first = exists();
        connection = opened.unwrap(SQLiteConnection.class);
        if (first) {
            connection.deserialize("main", state);
        }
        return new Index(IndexDatabase.MEMORY, new IndexDatabase(opened));
    }

    @Override
    public void delete() {}

    @Override
    public String describe() {
        return "an index of " + state.length + " bytes";
    }
}
