package dev.sluice.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** The files of an embedded log, and which version of the schema is in them. */
final class SqliteFiles {

    private static final int BUSY_TIMEOUT_MILLIS = 5_000;

    private final Path directory;

    SqliteFiles(Path directory) {
        this.directory = directory;
    }

    DataSource database() {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        SQLiteDataSource database = new SQLiteDataSource(config);
        database.setUrl("jdbc:sqlite:" + directory.resolve("sluice.db"));
        return database;
    }

    /**
     * Brings the schema up to date; a store with an older one is copied first, and one with a newer one is refused.
     *
     * @throws JournalUnavailable if the store was written by a newer Sluice
     */
    void migrate(DataSource database) throws SQLException, IOException {
        Schema schema = new Schema(database, Schema.COMMON);
        if (schema.isNewer()) {
            String current = schema.current().orElseThrow().toString();
            throw new JournalUnavailable(
                    "The store %s was written by a newer Sluice: its schema is version %s, and this one knows %s. Start that newer one, or a copy of the store from before it (sluice-before-v%s.db)."
                            .formatted(directory, current, schema.newest(), current));
        }
        if (schema.isOlder()) {
            copy(database, directory.resolve("sluice-before-v" + schema.newest() + ".db"));
        }
        schema.migrate();
    }

    private static void copy(DataSource database, Path copy) throws SQLException, IOException {
        Files.deleteIfExists(copy);
        try (Connection connection = database.getConnection();
                PreparedStatement vacuum = connection.prepareStatement("vacuum into ?")) {
            vacuum.setString(1, copy.toString());
            vacuum.execute();
        }
    }
}
