package dev.sluice.conductor;

import dev.sluice.capacity.Sighting;
import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.PollOutcome.Completed;
import dev.sluice.upstream.PollOutcome.Failed;
import dev.sluice.upstream.PollOutcome.StillProcessing;
import dev.sluice.upstream.PollOutcome.Unusable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the polls of one generation add up to, in the process that polls it. Not safe for several threads at a time. */
final class Tally {

    private Instant wasUnderWay;
    private @Nullable Instant ended;
    private boolean completed;
    private int count;

    /** @param underWay when it was last known not to have ended */
    Tally(Instant underWay) {
        wasUnderWay = underWay;
    }

    void add(PollOutcome outcome, Instant at) {
        count++;
        switch (outcome) {
            case StillProcessing _ -> wasUnderWay = at;
            case Completed _, Failed _ -> {
                ended = at;
                completed = outcome instanceof Completed;
            }
            case Unusable _ -> {}
        }
    }

    int count() {
        return count;
    }

    /**
     * How old the ending was when it was told: the upstream does not say. It lies somewhere between the last answer that
     * said "processing" and the one that told it, in the middle on average. Empty if no poll told of an ending.
     */
    Optional<Duration> lag() {
        return Optional.ofNullable(ended)
                .map(at -> Duration.between(wasUnderWay, at).dividedBy(2));
    }

    /**
     * Between which polls a generation that was accepted then was completed; empty if it was not, or if another replica's
     * clock, which said when it was accepted, is ahead of this one's.
     */
    Optional<Sighting> sighting(Instant accepted) {
        return Optional.ofNullable(ended)
                .filter(at -> completed && at.isAfter(wasUnderWay) && !wasUnderWay.isBefore(accepted))
                .map(at -> new Sighting(Duration.between(accepted, wasUnderWay), Duration.between(accepted, at)));
    }
}
