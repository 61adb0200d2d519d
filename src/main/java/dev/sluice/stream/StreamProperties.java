package dev.sluice.stream;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Streams.
 *
 * @param heartbeat longest silence before a comment is sent; keep it under the idle timeout of the proxies in front
 * @param retry least pause that a client is told to keep before it reconnects; each is told up to three times as much
 * @param max streams that may be open in this process
 * @param maxPerClient streams that one caller may have open
 */
@ConfigurationProperties("sluice.stream")
record StreamProperties(
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("2s") Duration retry,
        @DefaultValue("15000") int max,
        @DefaultValue("1000") int maxPerClient) {

    StreamProperties {
        if (!heartbeat.isPositive() || !retry.isPositive()) {
            throw new IllegalArgumentException(
                    "sluice.stream.heartbeat and sluice.stream.retry must be positive durations such as 15s and 2s, not %s and %s"
                            .formatted(heartbeat, retry));
        }
        if (maxPerClient < 1 || max < 1) {
            throw new IllegalArgumentException(
                    "sluice.stream.max-per-client and sluice.stream.max must be at least 1, not %d and %d"
                            .formatted(maxPerClient, max));
        }
    }
}
