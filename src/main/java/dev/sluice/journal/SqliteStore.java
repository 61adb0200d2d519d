package dev.sluice.journal;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcUtils;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The log in a directory of this process: SQLite, write-ahead log, every commit synced to the disk.
 *
 * <p>One thread writes. What has arrived while it was busy is committed together, each piece behind a savepoint of its
 * own, so that one sync serves many and one that fails leaves its neighbours alone.
 */
final class SqliteStore implements Store {

    private static final Logger log = LoggerFactory.getLogger(SqliteStore.class);

    /** As much work as shares one commit: bounds how long the first of them waits for the last. */
    static final int COMMITTED_TOGETHER = 64;

    static final int READERS = 2;
    private static final Duration TOLD_THAT_IT_TAKES_LONG = Duration.ofSeconds(10);

    private final StoreLock lock;
    private final Lease lease = new SoleOwner();
    private final Path directory;
    private final long leastFreeSpace;
    private final DataSource database;
    private final JournalMeters meters;
    private final BlockingQueue<JdbcClient> readers = new ArrayBlockingQueue<>(READERS);
    private final List<Connection> reading = new ArrayList<>();
    private final Scheduler readerThreads =
            Schedulers.newBoundedElastic(READERS, Lane.WAITING_WORK, "journal-read", 60, true);
    private final GroupCommit writer =
            new GroupCommit("journal-write", COMMITTED_TOGETHER, this::commit, this::closeTheWriters);
    private @Nullable Writing writing;

    /** The connection that writes, with its client, which remembers how it read the statements. */
    private record Writing(Connection connection, JdbcClient db) {}

    private SqliteStore(StoreLock lock, DataSource database, Path directory, long leastFreeSpace, JournalMeters meters)
            throws SQLException {
        this.lock = lock;
        this.meters = meters;
        this.directory = directory;
        this.leastFreeSpace = leastFreeSpace;
        this.database = database;
        for (int i = 0; i < READERS; i++) {
            Connection reader = database.getConnection();
            reading.add(reader);
            readers.add(clientOf(reader));
        }
    }

    /** The same, seen by nobody. */
    static SqliteStore open(Path directory, long leastFreeSpace) {
        return open(directory, leastFreeSpace, new JournalMeters(new SimpleMeterRegistry()));
    }

    /**
     * Opens the store in that directory, made if it is missing, and brings its schema up to date.
     *
     * @param leastFreeSpace bytes that must be free there for {@link #hasRoom()}
     * @throws JournalUnavailable if the directory cannot be used, or another process has it
     */
    static SqliteStore open(Path directory, long leastFreeSpace, JournalMeters meters) {
        try {
            Files.createDirectories(directory);
            StoreLock lock = StoreLock.take(directory);
            try {
                SqliteFiles files = new SqliteFiles(directory);
                DataSource database = files.database();
                files.migrate(database);
                SqliteStore store = new SqliteStore(lock, database, directory, leastFreeSpace, meters);
                store.writer.start();
                return store;
            } catch (SQLException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException | SQLException | FlywayException e) {
            throw new JournalUnavailable(
                    "The store %s cannot be opened: %s. sluice.store.path names a directory that Sluice may write to."
                            .formatted(directory, e),
                    e);
        }
    }

    @Override
    public <T> Mono<T> write(Work<T> work, Consumer<? super T> committed) {
        return writer.run(work, committed);
    }

    /** One thread writes: it is everybody's turn. */
    @Override
    public <T> Mono<T> write(Turn turn, Work<T> work, Consumer<? super T> committed) {
        return write(work, committed);
    }

    @Override
    public <T> Mono<T> read(Work<T> work) {
        return Mono.fromCallable(() -> {
                    JdbcClient reader = readers.take();
                    try {
                        return work.with(reader);
                    } finally {
                        readers.add(reader);
                    }
                })
                .subscribeOn(readerThreads)
                .publishOn(Schedulers.parallel())
                .onErrorMap(e -> new JournalUnavailable("The log cannot be read: " + e.getMessage(), e));
    }

    /**
     * Commits them together, by the mode: the driver's own commit begins the next transaction at once, would hold the lock
     * while there is nothing to write, and would fail for what is committed already if somebody else came in between.
     *
     * <p>A connection that failed is not used again: a full disk, say, ends the transaction inside the database without the
     * driver knowing.
     */
    private void commit(List<Ticket<?>> together) {
        long since = System.nanoTime();
        try {
            Writing to = writing();
            to.connection().setAutoCommit(false);
            for (Ticket<?> ticket : together) {
                ticket.run(to.connection(), to.db());
            }
            to.connection().setAutoCommit(true);
            meters.committed(since, together.size());
        } catch (SQLException | RuntimeException | Error e) { // the writer outlives even memory that ran out
            meters.failed();
            log.warn("The log could not be written: writes={} because={}", together.size(), e.toString());
            closeTheWriters();
            JournalUnavailable lost = new JournalUnavailable("The log cannot be written: " + e.getMessage(), e);
            together.forEach(ticket -> ticket.lost(lost));
            return;
        }
        together.forEach(Ticket::committed);
    }

    private Writing writing() throws SQLException {
        Writing open = writing;
        if (open == null) {
            Connection connection = database.getConnection();
            open = new Writing(connection, clientOf(connection));
            writing = open;
        }
        return open;
    }

    private static JdbcClient clientOf(Connection connection) {
        return JdbcClient.create(new SingleConnectionDataSource(KeptStatements.of(connection), true));
    }

    private void closeTheWriters() {
        JdbcUtils.closeConnection(writing == null ? null : writing.connection());
        writing = null;
    }

    /** Asked on the writer's thread only, since asking the file system may block. */
    @Override
    public boolean hasRoom() {
        return directory.toFile().getUsableSpace() >= leastFreeSpace;
    }

    @Override
    public Lease lease() {
        return lease;
    }

    /** There is no other process. */
    @Override
    public void tellOthers(Hint hint) {}

    /** There is no other process. */
    @Override
    public void onHint(Consumer<Hint> listener) {}

    @Override
    public void close() {
        writer.close();
        try {
            while (!writer.awaitEnd(TOLD_THAT_IT_TAKES_LONG)) {
                log.warn("The log is being closed and still written: {}", writer);
            }
            readerThreads.disposeGracefully().block();
            reading.forEach(JdbcUtils::closeConnection);
            lock.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.warn("The lock of the store could not be given back: {}", e.toString());
        }
    }
}
