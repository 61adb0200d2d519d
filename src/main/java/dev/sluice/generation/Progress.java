package dev.sluice.generation;

import org.jspecify.annotations.Nullable;

/**
 * News of the moment, estimated and never recorded.
 *
 * @param percent 0 to 100, and 100 only when completed
 * @param etaSeconds until the ending, if it can be guessed
 * @param startsInSeconds until a queued one is submitted, if it can be guessed
 * @param queuePosition 1 is next; null when not queued
 * @param waitingFor what a queued one waits for
 */
public record Progress(
        int percent,
        @Nullable Long etaSeconds,
        @Nullable Long startsInSeconds,
        @Nullable Integer queuePosition,
        @Nullable WaitingFor waitingFor) {

    /** Of one that is not queued. */
    public static Progress of(int percent, @Nullable Long etaSeconds) {
        return new Progress(percent, etaSeconds, null, null, null);
    }

    /** The same at least as far as it was told before: nothing that was told falls back. */
    public Progress notBelow(int percentTold) {
        return new Progress(Math.max(percentTold, percent), etaSeconds, startsInSeconds, queuePosition, waitingFor);
    }
}
