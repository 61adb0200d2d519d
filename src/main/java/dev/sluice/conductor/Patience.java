package dev.sluice.conductor;

import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.PollOutcome.Unusable;
import java.time.Duration;

/**
 * Which ticks of one generation's polling are used: all, while answers come; ever fewer while they do not, down to one in
 * ten seconds.
 */
final class Patience {

    /** About as long as a breaker stays open: what was paid for is asked about soon after the upstream is back. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final int MOST_DOUBLINGS = 10;

    private final long longestPause;
    private int unanswered;
    private long ticksToSkip;

    Patience(Duration tick) {
        longestPause = Math.max(1, LONGEST_PAUSE.dividedBy(tick));
    }

    boolean isDue(Long ignoredTick) {
        return ticksToSkip-- <= 0;
    }

    void learn(PollOutcome outcome) {
        unanswered = outcome instanceof Unusable ? Math.min(MOST_DOUBLINGS, unanswered + 1) : 0;
        ticksToSkip = pause() - 1;
    }

    /** Whether the last poll had an answer. */
    boolean isAnswered() {
        return unanswered == 0;
    }

    /** How many ticks there are from one poll to the next. */
    long pause() {
        return Math.min(longestPause, 1L << unanswered);
    }
}
