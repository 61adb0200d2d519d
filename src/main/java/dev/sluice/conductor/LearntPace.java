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

    /** Of what the fixed pace would have polled, this part is not earned: what is only likely is wrong by chance too. */
    private static final double MARGIN = 0.02;

    private final Polling fixed;
    private final Optional<PollPlan> plan;
    private final Savings savings;
    private final Patience patience;

    private Duration last;
    private Duration asked;
    private long turns;
    private boolean isAhead;

    /**
     * @param elapsed how old the generation is now
     * @param turns of the fixed pace that are left until it is overdue
     */
    LearntPace(Polling fixed, Optional<PollPlan> plan, Savings savings, Duration elapsed, long turns) {
        this.fixed = fixed;
        this.plan = plan;
        this.savings = savings;
        this.patience = new Patience(fixed.interval());
        this.last = elapsed;
        this.asked = elapsed;
        this.turns = turns;
    }

    /** As many as the fixed pace would have had answered by now, however many polls there were: none is overdue sooner. */
    boolean hasTurnsLeft() {
        return turns > 0;
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
     * Earns what the fixed pace would have polled since the last poll, and pays for this one. An ending is only known to lie
     * between two polls: then what is earned is what is likely. While no answers come, both paces poll the same.
     */
    void learn(PollOutcome outcome) {
        if (patience.isAnswered()) {
            long made = isAhead ? 0 : 1; // what came before its turn is paid for
            switch (outcome) {
                case StillProcessing _ -> savings.earn(fixed.fixedPolls(asked) - fixed.fixedPolls(last) - made);
                case PollOutcome.Completed _, PollOutcome.Failed _ -> savings.earn(fixedPollsToTheEnding() - made);
                case Unusable _ -> {}
            }
        }
        turns -= outcome instanceof Unusable ? 0 : turnsSinceTheLast();
        patience.learn(outcome);
        last = asked;
    }

    /** The fixed pace leaves out what passes while no answers come, too. */
    private long turnsSinceTheLast() {
        return patience.isAnswered() ? fixed.fixedPolls(asked) - fixed.fixedPolls(last) : 1;
    }

    /** The one that sees it included. Without a plan both paces poll the same. */
    private double fixedPollsToTheEnding() {
        return 1
                + plan.map(it -> it.fixedPolls(last, asked) - MARGIN * fixed.fixedPolls(asked))
                        .orElse(0.0);
    }
}
