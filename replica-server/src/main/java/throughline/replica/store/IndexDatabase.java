package throughline.replica.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteConfig;

/** SQLite as the {@link Index} uses it: one connection, each statement prepared once. Not thread-safe. */
final class IndexDatabase implements AutoCloseable {
    static final String MEMORY = ":memory:";
    private static final int CACHE_KIBIBYTES = 8192;

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /**
     * Opens a database, or begins one.
     *
     * @param place a file, or {@link #MEMORY}
     */
    static Connection connect(String place) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(place.equals(MEMORY) ? SQLiteConfig.JournalMode.MEMORY : SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setCacheSize(-CACHE_KIBIBYTES);
        return config.createConnection("jdbc:sqlite:" + place);
    }

    IndexDatabase(Connection connection) {
        this.connection = connection;
    }

    /** Something done to the database. */
    interface Action {
        void run() throws SQLException, throughline.protocol.RefusedException;
    }

    /** All of it, or nothing. */
    void transaction(Action action) throws SQLException, throughline.protocol.RefusedException {
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            action.run();
            connection.commit();
            done = true;
        } finally {
            if (!done) {
                rollBack();
            }
        }
        connection.setAutoCommit(true);
    }

    private void rollBack() {
        List.copyOf(statements.keySet()).forEach(this::forget);
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException alreadyDone) {
            // After some failures, a full disk among them, SQLite has rolled back by itself.
            leaveTransaction();
        }
    }

    private void leaveTransaction() {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException noneToLeave) {
            // The connection has changed its mode nevertheless.
        }
    }

    void script(String... sentences) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            for (String sentence : sentences) {
                statement.execute(sentence);
            }
        }
    }

    int change(String sql, Object... values) throws SQLException {
        try {
            return prepare(sql, values).executeUpdate();
        } catch (SQLException e) {
            forget(sql);
            throw e;
        }
    }

    /** The rows; closed by the caller before the same statement is used again. */
    ResultSet query(String sql, Object... values) throws SQLException {
        try {
            return prepare(sql, values).executeQuery();
        } catch (SQLException e) {
            forget(sql);
            throw e;
        }
    }

    /** The driver ends a statement that fails: it would fail ever after, for whatever reason it did so once. */
    private void forget(String sql) {
        PreparedStatement failed = statements.remove(sql);
        try {
            if (failed != null) {
                failed.close();
            }
        } catch (SQLException endedAlready) {
            // It is prepared again where it is wanted.
        }
    }

    /** The first column of the first row; 0 where there is none or it is NULL. */
    long number(String sql, Object... values) throws SQLException {
        try (ResultSet row = query(sql, values)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    PreparedStatement prepare(String sql, Object... values) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        connection.close();
    }
}
