package dev.sluice.capacity;

import dev.sluice.generation.Priority;
import dev.sluice.journal.Claim;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
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
 * @param batchPatience how long priority batch stands behind interactive, until it ranks the same
 * @param limit how many tasks may be in flight
 */
@ConfigurationProperties("sluice.admission")
public record Admission(
        @DefaultValue("1000") int queueCapacity,
        @DefaultValue("10m") Duration maxWait,
        @DefaultValue("24h") Duration batchMaxWait,
        @DefaultValue("30s") Duration dropInMaxWait,
        @DefaultValue("2s") Duration busyPause,
        @DefaultValue("10m") Duration batchPatience,
        @DefaultValue Limit limit) {

    /**
     * How many tasks may be in flight: learnt, between bounds.
     *
     * @param initial how many tasks may be in flight until more is known
     * @param min the least that the learnt limit falls to
     * @param max the most that it rises to
     */
    public record Limit(
            @DefaultValue("10") int initial,
            @DefaultValue("1") int min,
            @DefaultValue("100") int max) {}

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
        require(!batchPatience.isNegative(), "batch-patience must be a duration such as 10m, not " + batchPatience);
        require(limit.min() >= 1, "limit.min must be at least 1, not " + limit.min());
        require(
                limit.min() <= limit.initial() && limit.initial() <= limit.max(),
                "limit.initial (%d) must not be below sluice.admission.limit.min (%d) or above sluice.admission.limit.max (%d)"
                        .formatted(limit.initial(), limit.min(), limit.max()));
    }

    /** How long one of that priority may be queued, if its caller asks for so long; null is as long as it may. */
    public Duration waitAtMost(Priority priority, @Nullable Duration asked) {
        return shorter(asked, priority == Priority.BATCH ? batchMaxWait : maxWait);
    }

    /** The same for the drop-in API. */
    public Duration dropInWaitAtMost(@Nullable Duration asked) {
        return shorter(asked, dropInMaxWait);
    }

    private static Duration shorter(@Nullable Duration asked, Duration allowed) {
        return asked != null && asked.compareTo(allowed) < 0 ? asked : allowed;
    }

    /** The terms of every claim. */
    public Claim claim() {
        return new Claim(limit.initial(), limit.max(), batchPatience);
    }

    private static void require(boolean kept, String rule) {
        if (!kept) {
            throw new IllegalArgumentException("sluice.admission." + rule);
        }
    }
}
