package dev.sluice.conductor;

import dev.sluice.capacity.Spread;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When to poll a generation whose ending is likely at known moments, so that the time between the ending and the poll that
 * sees it is short on average, while no more polls are made on average than a budget, and none within a second.
 *
 * <p>The idea: let a poll have a price. What is left to pay from a poll on, in seconds of lag and in polls, depends on
 * nothing but when that poll was: so the best next poll of each moment is found from the last moment backwards, for all of
 * them at once. A higher price makes fewer polls; the lowest whose polls are within the budget is found by halving.
 *
 * <p>What the fixed pace would have polled is owed to that budget, and inside a long gap only believed: where no poll looks,
 * a belief is never put right. So one generation in so many is polled at the turns of the fixed pace as well. It tells what
 * they were, and by how much the belief was wrong; that error counts for all those that were not looked at, so that on
 * average there is none, whatever is believed (a difference estimator: Cochran, Sampling Techniques, 1977).
 */
final class PollPlan {

    static final Duration LEAST_GAP = Duration.ofSeconds(1);

    private static final int HALVINGS = 14;
    private static final double HIGHEST_PRICE = 30;

    /** Durations may change from one generation to the next: nobody waits longer than that for what has ended. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(15);

    /**
     * A plan fits the endings from which it was made better than those that follow, which need more polls than it allows for:
     * the fewer the endings, the more. As so many in as many endings are kept back, the forty after a change of durations took
     * up to 8 % more polls than the fixed pace, and 13 % without (LearntPollingTests).
     */
    private static final double FITS_TOO_WELL = 2;

    /** One in so many: rare, as it costs a few polls more, and often enough for the error to be known. */
    static final int EXPLORED = 32;

    private final FixedPolls fixed;
    private final NavigableSet<Duration> polls;
    private final @Nullable PollPlan explores;

    private PollPlan(FixedPolls fixed, NavigableSet<Duration> polls, @Nullable PollPlan explores) {
        this.fixed = fixed;
        this.polls = polls;
        this.explores = explores;
    }

    /** @param more polls for each generation than the fixed pace makes on average; fewer if negative */
    static PollPlan of(FixedPolls fixed, double more) {
        Search search = new Search(fixed.spread());
        double budget = fixed.each() * (1 - FITS_TOO_WELL / fixed.spread().sightings()) + more;
        double low = 0;
        double high = HIGHEST_PRICE;
        for (int i = 0; i < HALVINGS; i++) {
            double price = (low + high) / 2;
            if (search.pollsAt(price) > budget) {
                low = price;
            } else {
                high = price;
            }
        }
        search.pollsAt(high);
        return new PollPlan(fixed, search.polls(), null);
    }

    /** The same with the turns of the fixed pace besides, those that are a second from every poll. */
    PollPlan exploring() {
        NavigableSet<Duration> all = new TreeSet<>(polls);
        Duration turn = fixed.pace().fixedPollAfter(Duration.ZERO);
        while (turn.compareTo(polls.last()) < 0
                && fixed.pace().fixedPolls(turn) <= fixed.pace().maxAttempts()) {
            if (polls.subSet(turn.minus(LEAST_GAP), false, turn.plus(LEAST_GAP), false)
                    .isEmpty()) {
                all.add(turn);
            }
            turn = fixed.pace().fixedPollAfter(turn);
        }
        return new PollPlan(fixed, all, this);
    }

    /** The next poll after one that was then, at least a second later; empty where nothing is known any more. */
    Optional<Duration> pollAfter(Duration elapsed) {
        return Optional.ofNullable(polls.ceiling(elapsed.plus(LEAST_GAP)));
    }

    /** What the fixed pace would have polled from the one moment to an ending that came after it and by the other. */
    double fixedPolls(Duration after, Duration by) {
        double likely = fixed.between(after, by);
        return explores == null ? likely : likely + (EXPLORED - 1) * explores.error(after, by);
    }

    /** How many more they were than this plan would have let believe. */
    private double error(Duration after, Duration by) {
        @Nullable Duration from = polls.floor(after);
        @Nullable Duration to = polls.ceiling(by);
        Duration start = from == null ? Duration.ZERO : from;
        return to == null ? 0 : fixed.exactly(start, after) + fixed.between(after, by) - fixed.between(start, to);
    }

    /** Works on the borders between cells: a poll at border i sees every ending in the cells before it. */
    private static final class Search {

        private final double cell;
        private final int cells;
        private final int leastGap;
        private final int longestGap;
        private final double[] endedBy;
        private final double[] secondsBy;
        private final double[] cost;
        private final int[] next;

        Search(Spread spread) {
            cell = spread.cell();
            cells = spread.cells();
            leastGap = (int) Math.ceil(LEAST_GAP.toSeconds() / cell);
            longestGap = Math.max(leastGap, (int) (LONGEST_GAP.toSeconds() / cell));
            endedBy = new double[cells + 1];
            secondsBy = new double[cells + 1];
            cost = new double[cells + 1];
            next = new int[cells + 1];
            for (int i = 0; i < cells; i++) {
                double middle = (i + 0.5) * cell;
                endedBy[i + 1] = endedBy[i] + spread.mass(i);
                secondsBy[i + 1] = secondsBy[i] + spread.mass(i) * middle;
            }
        }

        /** Finds the best polls at that price; answers how many that are on average. */
        double pollsAt(double price) {
            cost[cells] = 0;
            for (int at = cells - 1; at >= 0; at--) {
                int first = Math.min(cells, at + leastGap);
                int last = Math.min(cells, at + longestGap);
                double asked = price * (endedBy[cells] - endedBy[at]);
                cost[at] = Double.MAX_VALUE;
                for (int then = first; then <= last; then++) {
                    double all = asked + lag(at, then) + cost[then];
                    if (all < cost[at]) {
                        cost[at] = all;
                        next[at] = then;
                    }
                }
            }
            double polls = 0;
            for (int at = 0; at < cells; at = next[at]) {
                polls += endedBy[cells] - endedBy[at];
            }
            return polls;
        }

        private double lag(int from, int to) {
            return to * cell * (endedBy[to] - endedBy[from]) - (secondsBy[to] - secondsBy[from]);
        }

        NavigableSet<Duration> polls() {
            NavigableSet<Duration> found = new TreeSet<>();
            for (int at = 0; at < cells; at = next[at]) {
                found.add(duration(next[at] * cell));
            }
            return found;
        }

        private static Duration duration(double seconds) {
            return Duration.ofMillis(Math.round(seconds * 1000));
        }
    }
}
