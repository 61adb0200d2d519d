package dev.sluice.journal;

import java.time.Instant;

/**
 * The learnt number of tasks that may be in flight, and what was seen since it was last changed.
 *
 * @param tasks how many may be in flight
 * @param filled accepted submits that filled it since then
 * @param rising whether more is tried with each of them, since the last try was accepted
 * @param loweredAt when it was last lowered: answers to submits that began before tell nothing new
 * @param triedAt when an answer to a submit that filled it, or met a busy upstream, last told something about it
 */
public record Limit(int tasks, int filled, boolean rising, Instant loweredAt, Instant triedAt) {

    /** What an answer to a submit teaches. */
    @FunctionalInterface
    public interface Lesson {

        /** @param inFlight how many are in flight now, by the log */
        Limit learn(Limit known, int inFlight);
    }
}
