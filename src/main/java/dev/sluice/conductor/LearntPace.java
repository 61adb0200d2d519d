package dev.sluice.conductor;

import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.PollOutcome.StillProcessing;
import dev.sluice.upstream.PollOutcome.Unusable;
import java.time.Duration;
import java.util.Optional;

/**
 * When one generation is polled next, by what was learnt of others. All times are counted from the upstream's acceptance.
 * Not for more than one thread at a time.
 */
final class LearntPace {

    private final Polling fixed;
    private final Optional<PollPlan> plan;
    private final Savings savings;
    private final Patience patience;

    private Duration last;
    private Duration asked;
    private boolean isAhead;

    /** @param elapsed how old the generation is now */
    LearntPace(Polling fixed, Optional<PollPlan> plan, Savings savings, Duration elapsed) {
        this.fixed = fixed;
        this.plan = plan;
        this.savings = savings;
        this.patience = new Patience(fixed.interval());
        this.last = elapsed;
        this.asked = elapsed;
    }

    /** When to poll next, at least a second after the last poll. */
    Duration next() {
        Duration turn = turn();
        Duration planned = plan.flatMap(it -> it.pollAfter(last)).orElse(turn);
        boolean isBeforeItsTurn = planned.compareTo(turn) < 0;
        isAhead = patience.isAnswered() && isBeforeItsTurn && savings.spend();
        if (!patience.isAnswered()) {
            asked = last.plus(fixed.interval().multipliedBy(patience.pause()));
        } else {
            asked = isBeforeItsTurn && !isAhead ? turn : planned;
        }
        return asked;
    }

    private Duration turn() {
        Duration next = fixed.fixedPollAfter(last);
        return next.minus(last).compareTo(PollPlan.LEAST_GAP) < 0 ? next.plus(fixed.interval()) : next;
    }

    /**
     * Counts the polls that the fixed pace would have made since the last one, and as an ending is only known to lie
     * between two polls, up to one after the middle between them.
     */
    void learn(PollOutcome outcome) {
        patience.learn(outcome);
        long made = isAhead ? 0 : 1; // what came before its turn is paid for
        switch (outcome) {
            case StillProcessing _ -> savings.earn(fixedPollsSinceTheLast(asked) - made);
            case PollOutcome.Completed _, PollOutcome.Failed _ ->
                savings.earn(fixedPollsSinceTheLast(last.plus(asked).dividedBy(2)) + 1 - made);
            case Unusable _ -> {}
        }
        last = asked;
    }

    private long fixedPollsSinceTheLast(Duration until) {
        return fixed.fixedPolls(until) - fixed.fixedPolls(last);
    }
}
