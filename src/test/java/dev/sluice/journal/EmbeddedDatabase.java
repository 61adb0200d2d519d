package dev.sluice.journal;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL, one for all tests of this process; each asks for a database of its own in it. */
public final class EmbeddedDatabase {

    private static final AtomicInteger made = new AtomicInteger();

    private EmbeddedDatabase() {}

    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start(); // ends with this process
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What makes a Sluice use a new database there. */
    public static List<String> settingsOfANewOne() {
        DatabaseProperties database = anew();
        return List.of(
                "sluice.store.type=postgresql",
                "spring.datasource.url=" + database.url(),
                "spring.datasource.username=" + database.username(),
                "spring.datasource.password=" + database.password());
    }

    /** A new database that sorts text as people do, not by bytes: the journal must not depend on it. */
    static DatabaseProperties anew() {
        String name = "sluice" + made.incrementAndGet();
        try (Connection connection = Server.RUNNING.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name
                    + " template template0 locale_provider icu icu_locale 'en-US' encoding 'UTF8'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new DatabaseProperties(Server.RUNNING.getJdbcUrl("postgres", name), "postgres", "postgres");
    }
}
