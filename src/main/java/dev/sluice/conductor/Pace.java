package dev.sluice.conductor;

import dev.sluice.generation.Generation;
import java.time.Duration;
import java.time.Instant;

/**
 * When to poll, and how many answers to wait for.
 *
 * @param first until the first poll
 * @param every between two polls
 * @param answers answered polls that may say "processing"; at least one, since giving up needs an answer
 */
record Pace(Duration first, Duration every, long answers) {

    /** The fast pace of a generation that was accepted a while ago: what it had used up before stays used up. */
    static Pace fast(Polling polling, Generation generation, Instant now) {
        Duration elapsed = Duration.between(generation.acceptedAt().orElse(now), now);
        Duration wait = polling.initialDelay().minus(elapsed);
        long missed = wait.isNegative() ? wait.negated().dividedBy(polling.interval()) : 0;
        return new Pace(
                wait.isPositive() ? wait : polling.interval().dividedBy(2),
                polling.interval(),
                Math.max(1, polling.maxAttempts() - missed));
    }

    /** The slow pace of one that became overdue a while ago. */
    static Pace slow(Polling polling, Generation overdue, Instant now) {
        Duration left =
                polling.overdueFor().minus(Duration.between(overdue.last().at(), now));
        Duration every = polling.overdueInterval();
        return new Pace(every, every, Math.max(1, left.isNegative() ? 0 : left.dividedBy(every)));
    }
}
