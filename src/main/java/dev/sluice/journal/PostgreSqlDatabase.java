package dev.sluice.journal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * The PostgreSQL of a log, and how it is spoken to. Everything that waits for it has a bound, on both sides of the wire; a
 * parameter in the JDBC address wins over the one here.
 */
final class PostgreSqlDatabase {

    /** Longer than a lock is waited for, so that the database says what it was. */
    private static final Duration LONGEST_STATEMENT = Duration.ofSeconds(15);

    /** Longer than somebody who stopped in the middle of its turn can keep it. */
    private static final Duration LONGEST_WAIT_FOR_A_LOCK = Duration.ofSeconds(10);

    /**
     * A process that is stopped, or whose machine is gone, loses its turn after this, or after half a lease if that is
     * shorter: it must not keep the others from taking over, nor must two of its transactions one after the other.
     */
    private static final Duration LONGEST_PAUSE_IN_A_TRANSACTION = Duration.ofSeconds(5);

    /** A busy machine may take so long between two statements. */
    private static final Duration SHORTEST_PAUSE_IN_A_TRANSACTION = Duration.ofSeconds(1);

    /** Longer than any statement: then it is the wire that does not answer. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(20);

    /** A caller is rather told to come back. */
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(2);

    /** At its start there is no caller yet, and a machine on which several start is busy. */
    private static final Duration LONGEST_FIRST_CONNECT = Duration.ofSeconds(10);

    /**
     * Every statement of the log goes by an index, and from there by key, as SQLite does it: what is under way are dozens of
     * rows among millions that have ended. PostgreSQL would choose that by itself once it has counted the rows, but plans
     * are kept, and those of a database that was empty a minute ago read whole tables: 0.8 ms instead of 0.04 for the count
     * of what is in flight, and 30 % of the processor time of all.
     *
     * <p>No bitmap scans either: an index scan clears away the entries of dead rows that it meets, a bitmap scan reads them
     * each time, and what is under way changes so often that twelve rows were found among nine thousand entries.
     */
    private static final List<String> PLANS_IT_MAKES_NONE_OF =
            List.of("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin");

    private static final Map<String, Object> SESSION = Map.of(
            "statement_timeout",
            LONGEST_STATEMENT.toMillis(),
            "lock_timeout",
            LONGEST_WAIT_FOR_A_LOCK.toMillis(),
            // On the disk, and on the synchronous standby's if there is one: what is told must outlive the server.
            "synchronous_commit",
            "on",
            "default_transaction_isolation",
            "read\\ committed",
            "tcp_keepalives_idle",
            5,
            "tcp_keepalives_interval",
            2,
            "tcp_keepalives_count",
            3);

    private final String url;
    private final Properties parameters = new Properties();

    /**
     * @param replica who speaks: seen in {@code pg_stat_activity}, and in what the others are told
     * @param lease how long it may be taken for alive while it says nothing
     */
    PostgreSqlDatabase(DatabaseProperties properties, String replica, Duration lease) {
        url = properties.requireUrl();
        set("user", properties.username());
        set("password", properties.password());
        parameters.setProperty("ApplicationName", replica);
        parameters.setProperty("tcpKeepAlive", "true");
        parameters.setProperty("connectTimeout", seconds(LONGEST_CONNECT));
        parameters.setProperty("loginTimeout", seconds(LONGEST_CONNECT));
        parameters.setProperty("socketTimeout", seconds(LONGEST_SILENCE));
        Map<String, Object> session = new TreeMap<>(SESSION);
        PLANS_IT_MAKES_NONE_OF.forEach(plan -> session.put(plan, "off"));
        session.put(
                "idle_in_transaction_session_timeout",
                longestPauseInATransaction(lease).toMillis());
        parameters.setProperty(
                "options",
                session.entrySet().stream()
                        .map(setting -> "-c " + setting.getKey() + "=" + setting.getValue())
                        .collect(Collectors.joining(" ")));
    }

    private static Duration longestPauseInATransaction(Duration lease) {
        return Collections.min(List.of(
                LONGEST_PAUSE_IN_A_TRANSACTION,
                Collections.max(List.of(SHORTEST_PAUSE_IN_A_TRANSACTION, lease.dividedBy(2)))));
    }

    private void set(String parameter, @Nullable String value) {
        if (value != null) {
            parameters.setProperty(parameter, value);
        }
    }

    private static String seconds(Duration duration) {
        return String.valueOf(duration.toSeconds());
    }

    /** As many connections as there are threads that use one: none of them waits for another's. */
    HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("journal");
        config.setJdbcUrl(url);
        config.setDataSourceProperties(parameters);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(LONGEST_CONNECT.toMillis());
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /**
     * A connection beside the pool.
     *
     * @param longestSilence how long it may say nothing before it counts as lost
     */
    Connection connect(Duration longestSilence) throws SQLException {
        Properties own = new Properties();
        own.putAll(parameters);
        own.setProperty("socketTimeout", String.valueOf(Math.max(1, longestSilence.toSeconds())));
        return new SimpleDriverDataSource(new Driver(), url, own).getConnection();
    }

    /**
     * Brings the schema up to date.
     *
     * @throws JournalUnavailable if it is a newer Sluice's, or the database cannot be used
     */
    void migrate() {
        Properties patient = new Properties();
        patient.putAll(parameters);
        patient.remove("options"); // a migration may take longer than a statement otherwise may
        patient.remove("socketTimeout");
        patient.setProperty("connectTimeout", seconds(LONGEST_FIRST_CONNECT));
        patient.setProperty("loginTimeout", seconds(LONGEST_FIRST_CONNECT));
        try {
            Schema schema = new Schema(
                    new SimpleDriverDataSource(new Driver(), url, patient), Schema.COMMON, Schema.POSTGRESQL);
            if (schema.isNewer()) {
                throw new JournalUnavailable(
                        "The database that spring.datasource.url names was written by a newer Sluice: its schema is version %s, and this one (sluice.store.type=postgresql) knows %s. Start that newer one."
                                .formatted(schema.current().orElseThrow(), schema.newest()));
            }
            schema.migrate();
        } catch (FlywayException e) {
            throw new JournalUnavailable(
                    "The database for sluice.store.type=postgresql cannot be used: %s. spring.datasource.url, .username and .password name a PostgreSQL in which Sluice may create tables."
                            .formatted(rootOf(e).getMessage()),
                    e);
        }
    }

    private static Throwable rootOf(Throwable failure) {
        return failure.getCause() == null ? failure : rootOf(failure.getCause());
    }

    /** Where it is, without anything that the address may say beside it. */
    @Override
    public String toString() {
        return url.replaceAll("\\?.*", "");
    }
}
