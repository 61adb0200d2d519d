package dev.sluice.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * A replica's lease in the table {@code replica}, in the database's time, renewed well before it runs out by a thread and
 * over a connection of its own: no queue of work can make it late.
 */
final class RenewedLease implements Lease {

    private static final Logger log = LoggerFactory.getLogger(RenewedLease.class);

    private static final int RENEWALS_A_LEASE = 5;

    /** After an outage everybody renews, and writes down what it knows, before anybody takes over from anybody. */
    private static final int LEASES_UNTIL_STEADY = 2;

    private final PostgreSqlDatabase database;
    private final String owner;
    private final Duration length;
    private final InstantSource clock;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable Connection connection;
    private volatile @Nullable Renewal last;
    private volatile boolean held;

    /**
     * The last renewal. Its time is taken before it is asked for, by two clocks: neither tells of every pause alone.
     *
     * @param steadySince since when each was on time after the one before
     */
    private record Renewal(long nanos, long millis, long steadySince, long term) {}

    private RenewedLease(PostgreSqlDatabase database, String owner, Duration length, InstantSource clock) {
        this.database = database;
        this.owner = owner;
        this.length = length;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("journal-lease").unstarted(this::renewUntilTheEnd);
    }

    /**
     * Takes a lease, and keeps it until it is given back.
     *
     * @throws JournalUnavailable if it cannot be taken
     */
    static RenewedLease take(PostgreSqlDatabase database, String owner, Duration length, InstantSource clock) {
        RenewedLease lease = new RenewedLease(database, owner, length, clock);
        try {
            lease.renew();
        } catch (SQLException | DataAccessException e) {
            throw new JournalUnavailable("No lease can be taken in " + database + ": " + e.getMessage(), e);
        }
        lease.thread.start();
        return lease;
    }

    private void renewUntilTheEnd() {
        Duration pause = length.dividedBy(RENEWALS_A_LEASE);
        try {
            while (!ending.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                tryToRenew();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryToRenew() {
        try {
            renew();
        } catch (SQLException | DataAccessException e) {
            JdbcUtils.closeConnection(connection);
            connection = null;
            log.atLevel(isFresh() ? Level.WARN : Level.DEBUG) // a long outage is one line, and one when it is over
                    .log("The lease could not be renewed: owner={} because={}", owner, e.toString());
        }
    }

    private void renew() throws SQLException {
        if (held) {
            return;
        }
        long nanos = System.nanoTime();
        long millis = clock.millis();
        if (connection == null) {
            connection = database.connect(length.dividedBy(2));
        }
        client(connection)
                .sql("""
                    insert into replica (id, started_at, lease_until) values (:id, :now, %s + :length)
                    on conflict (id) do update set lease_until = excluded.lease_until
                    """.formatted(NOW))
                .param("id", owner)
                .param("now", millis)
                .param("length", length.toMillis())
                .update();
        Renewal before = last;
        boolean isOnTime = before != null && isFresh(before, nanos, millis);
        if (before != null && !isOnTime) {
            log.warn("The lease was renewed late, and what was owned may be somebody else's: owner={}", owner);
        }
        last = before != null && isOnTime
                ? new Renewal(nanos, millis, before.steadySince(), before.term())
                : new Renewal(nanos, millis, nanos, before == null ? 1 : before.term() + 1);
    }

    private static final String NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

    private static JdbcClient client(Connection connection) {
        return JdbcClient.create(new SingleConnectionDataSource(connection, true));
    }

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public boolean isFresh() {
        Renewal renewal = last;
        return renewal != null && ending.getCount() > 0 && isFresh(renewal, System.nanoTime(), clock.millis());
    }

    private boolean isFresh(Renewal renewal, long nanos, long millis) {
        Duration half = length.dividedBy(2);
        return nanos - renewal.nanos() <= half.toNanos() && millis - renewal.millis() <= half.toMillis();
    }

    @Override
    public long term() {
        Renewal renewal = last;
        return renewal == null ? 0 : renewal.term();
    }

    @Override
    public long deadBefore(JdbcClient db) {
        Renewal renewal = last;
        boolean isSteady = isFresh()
                && renewal != null
                && renewal.nanos() - renewal.steadySince()
                        >= length.multipliedBy(LEASES_UNTIL_STEADY).toNanos();
        return isSteady ? db.sql("select " + NOW).query(Long.class).single() : 0;
    }

    @Override
    public Duration length() {
        return length;
    }

    /** For tests: as if this process were paused, it renews nothing until it is let go. */
    void hold(boolean hold) {
        held = hold;
    }

    @Override
    public void giveBack() {
        if (ending.getCount() == 0) {
            return;
        }
        ending.countDown();
        try {
            thread.join(length);
            if (!held) {
                connection = connection == null ? database.connect(length.dividedBy(2)) : connection;
                client(connection)
                        .sql("update replica set lease_until = 0 where id = ?")
                        .param(owner)
                        .update();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | DataAccessException e) {
            log.warn("The lease could not be given back and will run out: owner={} because={}", owner, e.toString());
        } finally {
            JdbcUtils.closeConnection(connection);
        }
    }
}
