package dev.sluice.journal;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.journal.CommitFate.Mark;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * How work is done in transactions of PostgreSQL: again where nothing was done and it may work the next time, with the fate of
 * a commit found out whose answer was lost, and with an outage remembered for a moment. It blocks its thread.
 */
final class Transactions {

    private static final Logger log = LoggerFactory.getLogger(Transactions.class);

    /** Nothing was done, and it works if it is done again: a unique violation, a serialization failure, a deadlock. */
    private static final Set<String> TO_BE_DONE_AGAIN = Set.of("23505", "40001", "40P01");

    private static final int ATTEMPTS = 3;

    private static final Duration TRIED_AGAIN_AFTER = Duration.ofSeconds(1);

    private final HikariDataSource pool;
    private final CommitFate fates;
    private final JournalMeters meters;
    private volatile @Nullable Outage lastOutage;

    Transactions(HikariDataSource pool, CommitFate fates, JournalMeters meters) {
        this.pool = pool;
        this.fates = fates;
        this.meters = meters;
    }

    /** @throws JournalUnavailable if it cannot be read now */
    <T> T read(Store.Work<T> work) {
        Connection connection = null;
        try {
            connection = connect();
            return work.with(clientOf(connection));
        } catch (SQLException | DataAccessException e) {
            throw new JournalUnavailable("The log cannot be read: " + e.getMessage(), e);
        } finally {
            JdbcUtils.closeConnection(connection);
        }
    }

    /** @throws JournalUnavailable if it was not done, or if nobody knows whether it was */
    <T> @Nullable T write(Store.Work<T> work) {
        return write(work, ATTEMPTS);
    }

    private <T> @Nullable T write(Store.Work<T> work, int attempts) {
        try {
            return once(() -> 1, (_, db) -> work.with(db));
        } catch (SQLException | DataAccessException e) {
            if (attempts > 1 && isToBeDoneAgain(e)) {
                return write(work, attempts - 1);
            }
            throw unavailable(e);
        }
    }

    /** How callers are told; counts it, and tells operators unless they know. */
    JournalUnavailable unavailable(Throwable why) {
        meters.failed();
        if (why instanceof JournalUnavailable known) {
            return known;
        }
        if (!(why instanceof NoConnectionLately)) {
            log.warn("The log could not be written: because={}", why.toString());
        }
        return new JournalUnavailable("The log cannot be written: " + why.getMessage(), why);
    }

    /** What is done with the connection itself in its transaction. */
    interface Transaction<T> {
        @Nullable
        T run(Connection connection, JdbcClient db) throws SQLException;
    }

    private static boolean isToBeDoneAgain(Exception failure) {
        return NestedExceptionUtils.getMostSpecificCause(failure) instanceof SQLException cause
                && cause.getSQLState() != null
                && TO_BE_DONE_AGAIN.contains(cause.getSQLState());
    }

    /**
     * In one transaction, once. Closing must not throw: what is committed has to be answered so.
     *
     * @param together how much was done in it, asked for when it is committed
     */
    <T> @Nullable T once(IntSupplier together, Transaction<T> work) throws SQLException {
        long since = System.nanoTime();
        Connection connection = connect();
        try {
            connection.setAutoCommit(false);
            JdbcClient db = clientOf(connection);
            @Nullable T result = work.run(connection, db);
            commit(connection, CommitFate.mark(db));
            meters.committed(since, together.getAsInt());
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            rollback(connection);
            throw e;
        } finally {
            JdbcUtils.closeConnection(connection);
        }
    }

    private void commit(Connection connection, Mark mark) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            switch (fates.of(mark)) {
                case COMMITTED -> log.warn("The lost answer was that it is committed: transaction={}", mark.id());
                case ROLLED_BACK -> throw e;
                case UNKNOWN ->
                    throw new JournalUnavailable(
                            "The connection to the log was lost in the middle of a commit, and it is not known whether"
                                    + " it was done: "
                                    + e.getMessage(),
                            e);
            }
        }
    }

    /** While there is none to be had, most are told at once: otherwise each would wait for the failure of those before it. */
    private Connection connect() throws SQLException {
        Outage outage = lastOutage;
        if (outage != null && System.nanoTime() - outage.nanos() < TRIED_AGAIN_AFTER.toNanos()) {
            throw new NoConnectionLately(outage.why());
        }
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            lastOutage = new Outage(System.nanoTime(), e);
            throw e;
        }
    }

    /** The first of them was told to operators. */
    private static final class NoConnectionLately extends SQLTransientConnectionException {
        private static final long serialVersionUID = 1;

        NoConnectionLately(SQLException why) {
            super("No connection a moment ago: " + why.getMessage(), why);
        }
    }

    private record Outage(long nanos, SQLException why) {}

    private static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            log.debug("The connection to the log is gone, and its transaction with it: {}", e.toString());
        }
    }

    private static JdbcClient clientOf(Connection connection) {
        return JdbcClient.create(new SingleConnectionDataSource(connection, true));
    }
}
