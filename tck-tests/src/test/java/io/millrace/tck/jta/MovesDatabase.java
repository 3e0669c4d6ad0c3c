package io.millrace.tck.jta;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.apache.derby.jdbc.EmbeddedXADataSource;

/** A database of this process with one table: the texts of messages that were moved. */
final class MovesDatabase implements AutoCloseable {

    static final String INSERT = "INSERT INTO MOVES VALUES (?)";

    /** Where Derby writes what it has to say. */
    static final String LOG = "derby.stream.error.file";

    private static final String ALREADY_DOWN = "08006";

    private final EmbeddedXADataSource source;

    private MovesDatabase(EmbeddedXADataSource source) {
        this.source = source;
    }

    static MovesDatabase at(Path directory) throws SQLException {
        System.setProperty(LOG, directory.resolveSibling("derby.log").toString());
        EmbeddedXADataSource source = new EmbeddedXADataSource();
        source.setDatabaseName(directory.toString());
        source.setCreateDatabase("create");
        MovesDatabase database = new MovesDatabase(source);
        database.createTable();
        return database;
    }

    private void createTable() throws SQLException {
        XAConnection pooled = source.getXAConnection();
        try (Connection connection = pooled.getConnection();
                ResultSet found = connection.getMetaData().getTables(null, null, "MOVES", null)) {
            if (!found.next()) {
                connection
                        .createStatement()
                        .execute("CREATE TABLE MOVES (TEXT VARCHAR(40) PRIMARY KEY)");
            }
        } finally {
            pooled.close();
        }
    }

    XADataSource source() {
        return source;
    }

    /** All texts; waits for those that a transaction holds. */
    Set<String> rows() throws SQLException {
        Set<String> rows = new TreeSet<>();
        XAConnection pooled = source.getXAConnection();
        try (Connection connection = pooled.getConnection();
                ResultSet found =
                        connection.createStatement().executeQuery("SELECT TEXT FROM MOVES")) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        } finally {
            pooled.close();
        }
        return rows;
    }

    /** Those of some texts that are there. */
    Set<String> rows(String... texts) throws SQLException {
        Set<String> rows = rows();
        rows.retainAll(List.of(texts));
        return rows;
    }

    /** Frees the files. */
    @Override
    public void close() throws SQLException {
        EmbeddedXADataSource down = new EmbeddedXADataSource();
        down.setDatabaseName(source.getDatabaseName());
        down.setShutdownDatabase("shutdown");
        try {
            down.getXAConnection().getConnection().close();
        } catch (SQLException e) {
            // A shutdown that worked is an exception, too.
            if (!ALREADY_DOWN.equals(e.getSQLState())) {
                throw e;
            }
        }
    }
}
