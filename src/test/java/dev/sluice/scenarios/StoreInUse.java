package dev.sluice.scenarios;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Somebody else who has an embedded store locked, for good or again and again, until closed. */
final class StoreInUse implements AutoCloseable {

    private static final Duration FOR_GOOD = Duration.ofHours(1);

    /** Longer than an alert allows a commit to take, and shorter than a commit waits. */
    private static final Duration AT_A_TIME = Duration.ofMillis(800);

    /** Who waits looks again every tenth of a second. */
    private static final Duration PAUSE = Duration.ofMillis(150);

    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    private StoreInUse(Path store, Duration atATime) {
        thread = Thread.ofPlatform().daemon().name("store-in-use").start(() -> lockUntilTheEnd(store, atATime));
    }

    static StoreInUse allTheTime(Path store) {
        return new StoreInUse(store, FOR_GOOD);
    }

    static StoreInUse mostOfTheTime(Path store) {
        return new StoreInUse(store, AT_A_TIME);
    }

    /** Changes rows of it, once. */
    static int change(Path store, String sql) throws SQLException {
        try (Connection other = connect(store);
                Statement statement = other.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static Connection connect(Path store) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + store.resolve("sluice.db"));
    }

    private void lockUntilTheEnd(Path store, Duration atATime) {
        try (Connection other = connect(store);
                Statement statement = other.createStatement()) {
            do {
                statement.execute("begin immediate");
                end.await(atATime.toMillis(), TimeUnit.MILLISECONDS);
                statement.execute("rollback");
            } while (!end.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
