package dev.sluice.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Listens to what other replicas record, on one connection and a thread of its own; a connection that is lost is replaced.
 * What was told meanwhile is found by those who look for themselves now and then.
 */
final class Hearing {

    private static final Logger log = LoggerFactory.getLogger(Hearing.class);

    private static final Duration LISTENS_FOR = Duration.ofMillis(200);

    /** The database says nothing while nothing happens: it is asked whether it is still there. */
    private static final int ASKED_AFTER_SILENCES = 50;

    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);
    private static final Duration CONNECTED_AGAIN_AFTER = Duration.ofSeconds(1);

    private final PostgreSqlDatabase database;
    private final String replica;
    private final List<Consumer<Hint>> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("journal-hear").unstarted(this::hearUntilTheEnd);

    private boolean heard = true;

    Hearing(PostgreSqlDatabase database, String replica) {
        this.database = database;
        this.replica = replica;
    }

    void start() {
        thread.start();
    }

    /** @param listener called on this one's thread: must be quick */
    void tell(Consumer<Hint> listener) {
        listeners.add(listener);
    }

    private void hearUntilTheEnd() {
        try {
            do {
                hearWhileConnected();
            } while (!ending.await(CONNECTED_AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hearWhileConnected() {
        Connection connection = null;
        try {
            connection = database.connect(LONGEST_SILENCE);
            execute(connection, "listen sluice");
            heard = true;
            hear(connection);
        } catch (SQLException e) {
            log.atLevel(heard ? Level.WARN : Level.DEBUG) // a long outage is one line
                    .log("What other replicas record is not heard, connecting again: because={}", e.toString());
            heard = false;
        } finally {
            JdbcUtils.closeConnection(connection);
        }
    }

    private void hear(Connection connection) throws SQLException {
        PGConnection told = connection.unwrap(PGConnection.class);
        int silences = 0;
        while (ending.getCount() > 0) {
            PGNotification[] notifications = told.getNotifications((int) LISTENS_FOR.toMillis());
            silences = notifications.length == 0 ? silences + 1 : 0;
            if (silences >= ASKED_AFTER_SILENCES) {
                execute(connection, "select 1");
                silences = 0;
            }
            for (PGNotification notification : notifications) {
                Hint.read(notification.getParameter(), replica).forEach(this::pass);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void pass(Hint hint) {
        for (Consumer<Hint> listener : listeners) {
            try {
                listener.accept(hint);
            } catch (RuntimeException | Error e) {
                log.error("A listener to other replicas failed", e);
            }
        }
    }

    void close() {
        ending.countDown();
        try {
            thread.join(LONGEST_SILENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
