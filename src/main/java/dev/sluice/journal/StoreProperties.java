package dev.sluice.journal;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where the log lives.
 *
 * @param type {@code embedded} for a directory of this process; {@code postgresql} for a database that any number of replicas share
 * @param path the directory of the embedded store; made if it is missing, used by one process at a time
 * @param leastFreeSpace room that must be left there for new generations to be accepted and submits to begin
 * @param lease how long a replica on PostgreSQL owns what it works on without renewing that; the others take over what a dead one left within twice as long
 * @param restored whether this log is a restored backup: then nothing is submitted until an operator has decided about what it says is queued
 */
@ConfigurationProperties("sluice.store")
record StoreProperties(
        @DefaultValue("embedded") Type type,
        @DefaultValue("data") Path path,
        @DefaultValue("64MB") DataSize leastFreeSpace,
        @DefaultValue("10s") Duration lease,
        @DefaultValue("false") boolean restored) {

    /** Shorter ones would be lost to a pause of the garbage collector. */
    private static final Duration SHORTEST_LEASE = Duration.ofMillis(500);

    /** Where logs can live. */
    enum Type {
        EMBEDDED,
        POSTGRESQL
    }

    StoreProperties {
        if (lease.compareTo(SHORTEST_LEASE) < 0) {
            throw new IllegalArgumentException("sluice.store.lease must be a duration of at least 500ms, not " + lease);
        }
    }
}
