package dev.sluice.generation;

import org.jspecify.annotations.Nullable;

/**
 * News of the moment, estimated and never recorded.
 *
 * @param percent 0 to 100, and 100 only when completed
 * @param etaSeconds until the ending, if it can be guessed
 * @param queuePosition 1 is next; null when not queued
 * @param waitingFor what a queued one waits for
 */
public record Progress(
        int percent,
        @Nullable Long etaSeconds,
        @Nullable Integer queuePosition,
        @Nullable WaitingFor waitingFor) {}
