package dev.sluice.journal;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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

    /** What every new database begins as: made once, so that not each has to go through all versions of the schema. */
    private static final class Template {
        static final String NAME = made("begun");

        private static String made(String name) {
            create(name, "template0 locale_provider icu icu_locale 'en-US' encoding 'UTF8'");
            PostgreSqlStore.open(properties(name), Duration.ofSeconds(10)).close();
            execute(name, "delete from replica");
            return name;
        }
    }

    /** A new database that sorts text as people do, not by bytes: the journal must not depend on it. */
    static DatabaseProperties anew() {
        String name = "sluice" + made.incrementAndGet();
        create(name, Template.NAME);
        return properties(name);
    }

    private static void create(String name, String template) {
        execute("postgres", "create database " + name + " template " + template);
    }

    private static void execute(String database, String sql) {
        try (Connection connection =
                        Server.RUNNING.getDatabase("postgres", database).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DatabaseProperties properties(String name) {
        return new DatabaseProperties(Server.RUNNING.getJdbcUrl("postgres", name), "postgres", "postgres");
    }
}
