package dev.sluice.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * What became of a commit whose answer was lost. It is never guessed: the database is asked, on another connection, until
 * it knows or the time is over.
 */
final class CommitFate {

    private static final Logger log = LoggerFactory.getLogger(CommitFate.class);

    /** As long as a restart of the database usually takes; whoever waits for the answer waits as long. */
    static final Duration ASKED_FOR = Duration.ofSeconds(30);

    private static final Duration ASKED_EVERY = Duration.ofMillis(200);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    /** What is known. */
    enum Fate {
        COMMITTED,
        ROLLED_BACK,
        /** The database does not answer, or is another one now, whose transactions of the same number are others. */
        UNKNOWN
    }

    /**
     * A transaction, so that it can be asked for.
     *
     * @param id its number; null if it has written nothing
     * @param timeline the database's life in which the number means it: a standby that takes over begins another
     */
    record Mark(@Nullable String id, String timeline) {}

    private final PostgreSqlDatabase database;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Duration askedFor;

    CommitFate(PostgreSqlDatabase database, Duration askedFor) {
        this.database = database;
        this.askedFor = askedFor;
    }

    private static final String TIMELINE = "left(pg_walfile_name(pg_current_wal_lsn()), 8)";

    /** To be asked at the end of each transaction, on its own connection. */
    static Mark mark(JdbcClient db) {
        return db.sql("select pg_current_xact_id_if_assigned()::text as id, " + TIMELINE + " as timeline")
                .query((row, _) -> new Mark(row.getString("id"), row.getString("timeline")))
                .single();
    }

    Fate of(Mark mark) {
        if (mark.id() == null) {
            return Fate.ROLLED_BACK;
        }
        log.warn("The answer to a commit was lost, and the database is asked for it: transaction={}", mark.id());
        long began = System.nanoTime();
        Fate fate = null;
        while (fate == null && System.nanoTime() - began < askedFor.toNanos() && !isClosing()) {
            fate = ask(mark);
        }
        return Objects.requireNonNullElse(fate, Fate.UNKNOWN);
    }

    /** A pause between two questions, which closing cuts short. */
    private boolean isClosing() {
        try {
            return closing.await(ASKED_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Null while the database does not answer, or is still about to commit it. */
    private @Nullable Fate ask(Mark mark) {
        Connection connection = null;
        try {
            connection = database.connect(LONGEST_SILENCE);
            return JdbcClient.create(new SingleConnectionDataSource(connection, true))
                    .sql("select pg_xact_status(?::xid8) as status, " + TIMELINE + " as timeline")
                    .param(mark.id())
                    .query((row, _) -> fate(mark, row.getString("timeline"), row.getString("status")))
                    .optional()
                    .orElse(null);
        } catch (SQLException | DataAccessException e) {
            return null;
        } finally {
            JdbcUtils.closeConnection(connection);
        }
    }

    private static @Nullable Fate fate(Mark mark, String timeline, @Nullable String status) {
        if (!timeline.equals(mark.timeline()) || status == null) {
            return Fate.UNKNOWN;
        }
        return switch (status) {
            case "committed" -> Fate.COMMITTED;
            case "aborted" -> Fate.ROLLED_BACK;
            default -> null; // in progress
        };
    }

    /** Whoever still asks is told that it is unknown. */
    void close() {
        closing.countDown();
    }
}
