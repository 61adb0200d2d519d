package dev.sluice.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Tells other replicas what this one has committed, on one connection and a thread of its own, all at once that waits.
 *
 * <p>After the commit and not in it: PostgreSQL lets transactions that notify commit one by one, each with a sync of the
 * disk of its own, and here that would be every one that counts. What is lost between a commit and this is found by those
 * who look for themselves now and then.
 */
final class Telling {

    private static final Logger log = LoggerFactory.getLogger(Telling.class);

    /** As many hints as may wait; while the database is away more of them are of no use to anybody. */
    private static final int MOST_WAITING = 10_000;

    /** What goes into one notification, whose length PostgreSQL bounds to 8,000 bytes. */
    private static final int MOST_AT_ONCE = 100;

    /** Each telling wakes every replica: what comes meanwhile goes with the next. Well under what a watcher may wait. */
    private static final Duration PACE = Duration.ofMillis(20);

    private static final Duration LOOKS_FOR_THE_END_EVERY = Duration.ofMillis(200);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    private final PostgreSqlDatabase database;
    private final String replica;
    private final BlockingQueue<Hint> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("journal-tell").unstarted(this::tellUntilTheEnd);

    private @Nullable Connection connection;
    private final CountDownLatch ending = new CountDownLatch(1);

    Telling(PostgreSqlDatabase database, String replica) {
        this.database = database;
        this.replica = replica;
    }

    void start() {
        thread.start();
    }

    /** Never waits; a hint for which there is no room is lost. */
    void tell(Hint hint) {
        if (!waiting.offer(hint)) {
            log.debug("A hint was lost: id={}", hint.generation());
        }
    }

    private void tellUntilTheEnd() {
        try {
            while (ending.getCount() > 0 || !waiting.isEmpty()) {
                Hint first = waiting.poll(LOOKS_FOR_THE_END_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    List<Hint> hints = new ArrayList<>(List.of(first));
                    waiting.drainTo(hints, MOST_AT_ONCE - 1);
                    tell(hints);
                    ending.await(PACE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            JdbcUtils.closeConnection(connection);
        }
    }

    private void tell(List<Hint> hints) {
        try {
            Connection open = connected();
            try (PreparedStatement statement = open.prepareStatement("select pg_notify('sluice', ?)")) {
                statement.setString(1, Hint.told(hints, replica));
                statement.execute();
            }
        } catch (SQLException e) {
            log.debug("Others were not told: hints={} because={}", hints.size(), e.toString());
            JdbcUtils.closeConnection(connection);
            connection = null;
        }
    }

    private Connection connected() throws SQLException {
        if (connection == null) {
            connection = database.connect(LONGEST_SILENCE);
            try (Statement statement = connection.createStatement()) {
                statement.execute("set synchronous_commit to off"); // nothing is written that anybody would miss
            }
        }
        return connection;
    }

    /** What was committed is still told. */
    void close() {
        ending.countDown();
        try {
            thread.join(LONGEST_SILENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
