package dev.sluice.journal;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import reactor.core.publisher.Mono;

/**
 * The log in a PostgreSQL that several replicas share. Each write is a transaction of its own, read committed: what must
 * not race takes its turn by an advisory lock before its first look, and compare-and-set guards the rest.
 *
 * <p>Those who wait for a turn wait on one thread of this process for each, so that whoever stops in the middle of its
 * turn keeps nobody from writing down what needs none.
 */
final class PostgreSqlStore implements Store {

    private static final Logger log = LoggerFactory.getLogger(PostgreSqlStore.class);

    /** The server commits together what arrives together; more connections than it has cores help nobody. */
    static final int WRITERS = 4;

    static final int READERS = 4;

    /** One for each thread; the lease, the hearing and the telling have one each beside them. */
    static final int CONNECTIONS = WRITERS + READERS + Turn.values().length;

    /** "slui": tells our advisory locks from those of others in the same database. */
    private static final int LOCKS = 0x736c7569;

    /** As much work as shares one turn in the room: bounds how long the other replicas wait for theirs. */
    static final int ACCEPTED_TOGETHER = 16;

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

    private final RenewedLease lease;
    private final Hearing hearing;
    private final Telling telling;
    private final HikariDataSource pool;
    private final CommitFate fates;
    private final Transactions transactions;
    private final Lane writing = new Lane("journal-write", WRITERS);
    private final Lane reading = new Lane("journal-read", READERS);
    private final Lane queue = new Lane("journal-queue", 1);
    private final GroupCommit room;

    private PostgreSqlStore(
            PostgreSqlDatabase database, RenewedLease lease, Duration commitsAreAskedFor, JournalMeters meters) {
        this.lease = lease;
        hearing = new Hearing(database, lease.owner());
        telling = new Telling(database, lease.owner());
        pool = database.pool(CONNECTIONS);
        fates = new CommitFate(database, commitsAreAskedFor);
        transactions = new Transactions(pool, fates, meters);
        room = new GroupCommit("journal-room", ACCEPTED_TOGETHER, this::commitInTheRoom, () -> {});
    }

    /**
     * Brings the schema up to date and opens the log there.
     *
     * @param lease how long this replica may own things without renewing that
     * @throws JournalUnavailable if the database cannot be used
     */
    static PostgreSqlStore open(DatabaseProperties database, Duration lease, JournalMeters meters) {
        return open(database, lease, CommitFate.ASKED_FOR, meters);
    }

    /** The same, seen by nobody. */
    static PostgreSqlStore open(DatabaseProperties database, Duration lease) {
        return open(database, lease, CommitFate.ASKED_FOR);
    }

    static PostgreSqlStore open(DatabaseProperties database, Duration lease, Duration commitsAreAskedFor) {
        return open(database, lease, commitsAreAskedFor, new JournalMeters(new SimpleMeterRegistry()));
    }

    private static PostgreSqlStore open(
            DatabaseProperties properties, Duration lease, Duration commitsAreAskedFor, JournalMeters meters) {
        String replica = "sluice-" + UUID.randomUUID();
        PostgreSqlDatabase database = new PostgreSqlDatabase(properties, replica, lease);
        database.migrate();
        PostgreSqlStore store = new PostgreSqlStore(
                database,
                RenewedLease.take(database, replica, lease, InstantSource.system()),
                commitsAreAskedFor,
                meters);
        store.hearing.start();
        store.telling.start();
        store.room.start();
        return store;
    }

    @Override
    public <T> Mono<T> write(Work<T> work, Consumer<? super T> committed) {
        return writing.run(() -> commit(work, committed));
    }

    @Override
    public <T> Mono<T> write(Turn turn, Work<T> work, Consumer<? super T> committed) {
        return switch (turn) {
            case QUEUE ->
                queue.run(() -> commit(
                        db -> {
                            take(db, turn);
                            return work.with(db);
                        },
                        committed));
            case ROOM -> room.run(work, committed);
        };
    }

    /**
     * The turn is held until the disk has it, so those who wait for it would be served one by one, each with a sync of its
     * own. (Not so with the queue: work there touches rows that others write without a turn, and in company each might
     * wait for the other.)
     */
    private void commitInTheRoom(List<Ticket<?>> together) {
        try {
            transactions.once(together::size, (connection, db) -> {
                take(db, Turn.ROOM);
                room.takeAlong(together); // the more replicas there are, the longer the turn is waited for
                for (Ticket<?> ticket : together) {
                    ticket.run(connection, db);
                }
                return together;
            });
        } catch (SQLException | RuntimeException | Error e) { // the thread outlives even memory that ran out
            JournalUnavailable lost = transactions.unavailable(e);
            together.forEach(ticket -> ticket.lost(lost));
            return;
        }
        together.forEach(Ticket::committed);
    }

    /** A statement of its own: only the next one sees what was committed while this one waited. */
    private static void take(JdbcClient db, Turn turn) {
        db.sql("select pg_advisory_xact_lock(?, ?)")
                .params(LOCKS, turn.ordinal())
                .query((_, _) -> turn)
                .single();
    }

    @Override
    public <T> Mono<T> read(Work<T> work) {
        return reading.run(() -> transactions.read(work));
    }

    private <T> @Nullable T commit(Work<T> work, Consumer<? super T> committed) {
        @Nullable T result = transactions.write(work);
        if (result != null) {
            tell(result, committed);
        }
        return result;
    }

    /** What is committed stays committed and is answered so, whatever a listener makes of it. */
    private static <T> void tell(T result, Consumer<? super T> committed) {
        try {
            committed.accept(result);
        } catch (RuntimeException | Error e) {
            log.error("A listener to the log failed", e);
        }
    }

    /** The disk is the database's: when it is full, writes fail. */
    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public RenewedLease lease() {
        return lease;
    }

    @Override
    public void tellOthers(Hint hint) {
        telling.tell(hint);
    }

    @Override
    public void onHint(Consumer<Hint> listener) {
        hearing.tell(listener);
    }

    @Override
    public void close() {
        List<Lane> lanes = List.of(queue, writing, reading);
        lanes.forEach(Lane::close);
        room.close();
        try {
            for (Lane lane : lanes) {
                if (!lane.awaitEnd(LONGEST_CLOSE)) {
                    log.warn("The log is closed while it is being written: {}", lane);
                    fates.close();
                }
            }
            if (!room.awaitEnd(LONGEST_CLOSE)) {
                log.warn("The log is closed while it is being written: {}", room);
                fates.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        fates.close();
        telling.close();
        hearing.close();
        lease.giveBack();
        pool.close();
    }
}
