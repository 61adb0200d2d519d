package dev.sluice.capacity;

import dev.sluice.journal.Limit;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How many tasks may be in flight, learnt from the upstream's own words. Additive increase, multiplicative decrease, with
 * one refinement, since each try above the true limit is a busy answer: while a limit holds, one more is tried only after
 * it was filled several times over; once a try was accepted, one more is tried with every
 * further submit until one is refused. A try that is refused falls back to what held before; a busy answer to what held
 * before means that there is less room now, and takes a fifth.
 *
 * <p>Pure: the journal applies it to what it holds, in one transaction for all replicas.
 */
final class LimitRule {

    /** A try each eight turns of all places costs one busy answer in eight times the limit, and finds new room soon. */
    private static final int MOST_TURNS_BEFORE_MORE_IS_TRIED = 8;

    /** A turn of few places is as long as one of many, with fewer submits in it: they are tried sooner. */
    private static final int LEAST_TURNS_BEFORE_MORE_IS_TRIED = 4;

    private static final double AT_MOST_LEFT_WHEN_LOWERED = 0.8;

    private final Admission.Limit bounds;
    private final InstantSource clock;

    LimitRule(Admission.Limit bounds, InstantSource clock) {
        this.bounds = bounds;
        this.clock = clock;
    }

    /** Before anything is learnt: more is tried at once, since nothing says that this is all. */
    Limit initial() {
        return new Limit(bounds.initial(), 0, true, Instant.EPOCH, clock.instant());
    }

    /** What was learnt under other bounds, within these. */
    Limit.Lesson withinBounds() {
        return (known, _) ->
                new Limit(bounded(known.tasks()), known.filled(), known.rising(), known.loweredAt(), known.triedAt());
    }

    /** A submit was accepted: it tells something if it filled the limit, or went beyond it. */
    Limit.Lesson accepted() {
        return (known, inFlight) -> {
            if (inFlight < known.tasks()) {
                return known;
            }
            int filled = known.filled() + 1;
            boolean isTurn = filled >= known.tasks() * turnsBeforeMoreIsTried(known.tasks());
            return known.rising() || isTurn || inFlight > known.tasks()
                    ? tried(known.tasks() + 1, 0, true, known.loweredAt())
                    : tried(known.tasks(), filled, false, known.loweredAt());
        };
    }

    private static int turnsBeforeMoreIsTried(int tasks) {
        return Math.min(LEAST_TURNS_BEFORE_MORE_IS_TRIED + tasks, MOST_TURNS_BEFORE_MORE_IS_TRIED);
    }

    /**
     * A submit met {@code server_busy} or 429. Many that were on their way together are one piece of news.
     *
     * @param sentAt when that submit began
     * @param activeTasks how many tasks the upstream says it has: its limit is no higher, whoever's they are
     */
    Limit.Lesson busy(Instant sentAt, @Nullable Integer activeTasks) {
        return (known, inFlight) -> {
            if (sentAt.isBefore(known.loweredAt())) {
                return known;
            }
            int hinted = activeTasks == null || activeTasks < 1 ? known.tasks() : activeTasks;
            return tried(Math.min(Math.min(lowered(known, inFlight), hinted), inFlight), 0, false, clock.instant());
        };
    }

    private static int lowered(Limit known, int inFlight) {
        if (inFlight >= known.tasks()) {
            return known.tasks(); // it was one more than the limit that met it
        }
        return known.rising()
                ? known.tasks() - 1
                : Math.min(known.tasks() - 1, (int) (known.tasks() * AT_MOST_LEFT_WHEN_LOWERED));
    }

    private Limit tried(int tasks, int filled, boolean rising, Instant loweredAt) {
        return new Limit(bounded(tasks), filled, rising, loweredAt, clock.instant());
    }

    private int bounded(int tasks) {
        return Math.clamp(tasks, bounds.min(), bounds.max());
    }
}
