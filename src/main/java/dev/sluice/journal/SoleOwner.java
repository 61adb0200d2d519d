package dev.sluice.journal;

import java.time.Duration;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The owner of an embedded log: that it holds the lock proves that every other owner is dead, and nothing can end it. */
final class SoleOwner implements Lease {

    private final String owner = "process-" + UUID.randomUUID();

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public boolean isFresh() {
        return true;
    }

    @Override
    public long term() {
        return 1;
    }

    /** Nobody else has a lease here, so that nothing is known of any of them. */
    @Override
    public long deadBefore(JdbcClient db) {
        return 0;
    }

    @Override
    public Duration length() {
        return Duration.ZERO;
    }

    @Override
    public void giveBack() {}
}
