package dev.sluice.door;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Connections to the API.
 *
 * @param max connections that may be open; fewer where the process may not open so many files
 * @param headTimeout longest from the first byte of a request's head to its last
 * @param unreadTimeout how long a caller may take not a byte of an answer that is waiting for it; noticed within twice as long
 * @param maxPipelined requests that a caller may send ahead on a connection, while the answer to the first is not written
 * @param openAfterStop for how long connections are still taken after the order to stop, so that a balancer hears of it first
 */
@ConfigurationProperties("sluice.connection")
record ConnectionProperties(
        @DefaultValue("18000") int max,
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("60s") Duration unreadTimeout,
        @DefaultValue("16") int maxPipelined,
        @DefaultValue("1s") Duration openAfterStop) {

    /** Reactor Netty hangs up at 128 by itself, and has a line in the log for each. */
    private static final int MOST_PIPELINED = 100;

    /** Within the time that a shutdown phase has. */
    private static final Duration LONGEST_OPEN = Duration.ofSeconds(60);

    ConnectionProperties {
        if (max < 1) {
            throw new IllegalArgumentException("sluice.connection.max must be at least 1, not " + max);
        }
        if (!headTimeout.isPositive() || !unreadTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "sluice.connection.head-timeout and sluice.connection.unread-timeout must be positive durations"
                            + " such"
                            + " as 10s and 60s, not %s and %s".formatted(headTimeout, unreadTimeout));
        }
        if (openAfterStop.isNegative() || openAfterStop.compareTo(LONGEST_OPEN) > 0) {
            throw new IllegalArgumentException(
                    "sluice.connection.open-after-stop must be a duration from 0s to %d s, not %s"
                            .formatted(LONGEST_OPEN.toSeconds(), openAfterStop));
        }
        if (maxPipelined < 1 || maxPipelined > MOST_PIPELINED) {
            throw new IllegalArgumentException("sluice.connection.max-pipelined must be between 1 and " + MOST_PIPELINED
                    + ", not " + maxPipelined);
        }
    }
}
