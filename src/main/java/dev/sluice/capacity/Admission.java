package dev.sluice.capacity;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The waiting room.
 *
 * @param queueCapacity how many generations may be queued; more are refused before they are accepted
 * @param maxWait longest a generation is queued before it is rejected, uncharged
 * @param batchMaxWait the same for priority batch
 * @param dropInMaxWait the same for callers of the drop-in API, whose request is held meanwhile
 * @param busyPause pause after a busy answer, on top of its Retry-After, during which nobody is submitted; varied by half,
 *     and up to four times as long while only busy answers come
 * @param limit how many tasks may be in flight
 */
@ConfigurationProperties("sluice.admission")
public record Admission(
        @DefaultValue("1000") int queueCapacity,
        @DefaultValue("10m") Duration maxWait,
        @DefaultValue("24h") Duration batchMaxWait,
        @DefaultValue("30s") Duration dropInMaxWait,
        @DefaultValue("2s") Duration busyPause,
        @DefaultValue Limit limit) {

    /**
     * How many tasks may be in flight.
     *
     * @param initial how many tasks may be in flight until more is known
     */
    public record Limit(@DefaultValue("10") int initial) {}

    public Admission {
        require(queueCapacity >= 1, "queue-capacity must be at least 1, not " + queueCapacity);
        require(maxWait.isPositive(), "max-wait must be a positive duration such as 10m, not " + maxWait);
        require(
                batchMaxWait.isPositive(),
                "batch-max-wait must be a positive duration such as 24h, not " + batchMaxWait);
        require(
                dropInMaxWait.isPositive(),
                "drop-in-max-wait must be a positive duration such as 30s, not " + dropInMaxWait);
        require(busyPause.isPositive(), "busy-pause must be a positive duration such as 2s, not " + busyPause);
        require(limit.initial() >= 1, "limit.initial must be at least 1, not " + limit.initial());
    }

    private static void require(boolean kept, String rule) {
        if (!kept) {
            throw new IllegalArgumentException("sluice.admission." + rule);
        }
    }
}
