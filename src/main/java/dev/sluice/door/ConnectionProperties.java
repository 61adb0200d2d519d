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
 */
@ConfigurationProperties("sluice.connection")
record ConnectionProperties(
        @DefaultValue("18000") int max,
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("60s") Duration unreadTimeout) {

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
    }
}
