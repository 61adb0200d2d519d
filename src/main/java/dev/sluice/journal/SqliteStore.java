package dev.sluice.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
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

    /** As much work as may wait for the writer; more is refused at once rather than late. */
    static final int WAITING_WORK = 10_000;

    /** As much work as shares one commit: bounds how long the first of them waits for the last. */
    static final int COMMITTED_TOGETHER = 64;

    static final int READERS = 2;
    private static final int LOOKS_UP_EVERY_MILLIS = 100;

    private final StoreLock lock;
    private final Lease lease = new SoleOwner();
    private final Path directory;
    private final long leastFreeSpace;
    private final DataSource database;
    private final BlockingQueue<JdbcClient> readers = new ArrayBlockingQueue<>(READERS);
    private final List<SingleConnectionDataSource> reading = new ArrayList<>();
    private final BlockingQueue<Ticket<?>> waiting = new ArrayBlockingQueue<>(WAITING_WORK);
    private final Scheduler readerThreads =
            Schedulers.newBoundedElastic(READERS, WAITING_WORK, "journal-read", 60, true);
    private final Thread writer = new Thread(this::writeUntilClosed, "journal-write");
    private volatile boolean closed;

    private SqliteStore(StoreLock lock, DataSource database, Path directory, long leastFreeSpace) throws SQLException {
        this.lock = lock;
        this.directory = directory;
        this.leastFreeSpace = leastFreeSpace;
        this.database = database;
        for (int i = 0; i < READERS; i++) {
            SingleConnectionDataSource reader = new SingleConnectionDataSource(database.getConnection(), true);
            reading.add(reader);
            readers.add(JdbcClient.create(reader));
        }
    }

    /**
     * Opens the store in that directory, made if it is missing, and brings its schema up to date.
     *
     * @param leastFreeSpace bytes that must be free there for {@link #hasRoom()}
     * @throws JournalUnavailable if the directory cannot be used, or another process has it
     */
    static SqliteStore open(Path directory, long leastFreeSpace) {
        try {
            Files.createDirectories(directory);
            StoreLock lock = StoreLock.take(directory);
            try {
                SqliteFiles files = new SqliteFiles(directory);
                DataSource database = files.database();
                files.migrate(database);
                SqliteStore store = new SqliteStore(lock, database, directory, leastFreeSpace);
                store.writer.setDaemon(true);
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
        return Mono.<T>create(answer -> {
                    if (closed || !waiting.offer(new Ticket<>(work, committed, answer))) {
                        answer.error(new JournalUnavailable(
                                closed
                                        ? "The log is closed"
                                        : WAITING_WORK + " writes are waiting for the log already"));
                    }
                })
                .publishOn(Schedulers.parallel()); // never run a caller's pipeline on the writer's thread
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

    private void writeUntilClosed() {
        List<Ticket<?>> together = new ArrayList<>(COMMITTED_TOGETHER);
        Connection connection = null;
        try {
            while (!closed || !waiting.isEmpty()) {
                Ticket<?> first = waiting.poll(LOOKS_UP_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    together.add(first);
                    waiting.drainTo(together, COMMITTED_TOGETHER - 1);
                    connection = commit(together, connection);
                    together.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            JdbcUtils.closeConnection(connection);
        }
    }

    /**
     * Commits them together, by the mode: the driver's own commit begins the next transaction at once, would hold the lock
     * while there is nothing to write, and would fail for what is committed already if somebody else came in between.
     *
     * <p>A connection that failed is not used again (null is answered): a full disk, say, ends the transaction inside the
     * database without the driver knowing.
     */
    private @Nullable Connection commit(List<Ticket<?>> together, @Nullable Connection open) {
        Connection connection = open;
        try {
            connection = connection == null ? database.getConnection() : connection;
            connection.setAutoCommit(false);
            JdbcClient db = JdbcClient.create(new SingleConnectionDataSource(connection, true));
            for (Ticket<?> ticket : together) {
                ticket.run(connection, db);
            }
            connection.setAutoCommit(true);
        } catch (SQLException | RuntimeException | Error e) { // the writer outlives even memory that ran out
            log.warn("The log could not be written: writes={} because={}", together.size(), e.toString());
            JdbcUtils.closeConnection(connection);
            JournalUnavailable lost = new JournalUnavailable("The log cannot be written: " + e.getMessage(), e);
            together.forEach(ticket -> ticket.lost(lost));
            return null;
        }
        together.forEach(Ticket::committed);
        return connection;
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
        closed = true;
        try {
            writer.join();
            List<Ticket<?>> late = new ArrayList<>();
            waiting.drainTo(late);
            late.forEach(ticket -> ticket.lost(new JournalUnavailable("The log is closed")));
            readerThreads.disposeGracefully().block();
            reading.forEach(SingleConnectionDataSource::destroy);
            lock.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.warn("The lock of the store could not be given back: {}", e.toString());
        }
    }
}
