package dev.sluice.conductor;

import dev.sluice.capacity.Spread;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * When to poll a generation whose ending is likely at known moments, so that the time between the ending and the poll that
 * sees it is short on average, while no more polls are made on average than at the fixed pace, and none within a second.
 *
 * <p>The idea: let a poll have a price. What is left to pay from a poll on, in seconds of lag and in polls, depends on
 * nothing but when that poll was: so the best next poll of each moment is found from the last moment backwards, for all of
 * them at once. A higher price makes fewer polls; the lowest whose polls are no more than the fixed ones is found by
 * halving.
 */
final class PollPlan {

    static final Duration LEAST_GAP = Duration.ofSeconds(1);

    private static final int HALVINGS = 14;
    private static final double HIGHEST_PRICE = 30;

    /** Durations may change from one generation to the next: nobody waits longer than that for what has ended. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(15);

    private final Duration[] polls;

    private PollPlan(Duration[] polls) {
        this.polls = polls;
    }

    static PollPlan of(Spread spread, Polling fixed) {
        Search search = new Search(spread, fixed);
        double low = 0;
        double high = HIGHEST_PRICE;
        for (int i = 0; i < HALVINGS; i++) {
            double price = (low + high) / 2;
            if (search.pollsAt(price) > search.fixedPolls()) {
                low = price;
            } else {
                high = price;
            }
        }
        search.pollsAt(high);
        return new PollPlan(search.polls());
    }

    /** The next poll after one that was then, at least a second later; empty where nothing is known any more. */
    Optional<Duration> pollAfter(Duration elapsed) {
        int next = Arrays.binarySearch(polls, elapsed.plus(LEAST_GAP));
        int index = next < 0 ? -next - 1 : next;
        return index < polls.length ? Optional.of(polls[index]) : Optional.empty();
    }

    /** Works on the borders between cells: a poll at border i sees every ending in the cells before it. */
    private static final class Search {

        private final double cell;
        private final int cells;
        private final int leastGap;
        private final int longestGap;
        private final double[] endedBy;
        private final double[] secondsBy;
        private final double fixedPolls;
        private final double[] cost;
        private final int[] next;

        Search(Spread spread, Polling fixed) {
            cell = spread.cell();
            cells = spread.cells();
            leastGap = (int) Math.ceil(LEAST_GAP.toSeconds() / cell);
            longestGap = Math.max(leastGap, (int) (LONGEST_GAP.toSeconds() / cell));
            endedBy = new double[cells + 1];
            secondsBy = new double[cells + 1];
            cost = new double[cells + 1];
            next = new int[cells + 1];
            double polls = 0;
            for (int i = 0; i < cells; i++) {
                double middle = (i + 0.5) * cell;
                endedBy[i + 1] = endedBy[i] + spread.mass(i);
                secondsBy[i + 1] = secondsBy[i] + spread.mass(i) * middle;
                polls += spread.mass(i) * (1 + fixed.fixedPolls(duration(middle)));
            }
            fixedPolls = polls;
        }

        double fixedPolls() {
            return fixedPolls;
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

        Duration[] polls() {
            Duration[] found = new Duration[cells];
            int count = 0;
            for (int at = next[0]; at <= cells && count < cells; at = next[at]) {
                found[count++] = duration(at * cell);
                if (at == cells) {
                    break;
                }
            }
            return Arrays.copyOf(found, count);
        }

        private static Duration duration(double seconds) {
            return Duration.ofMillis(Math.round(seconds * 1000));
        }
    }
}
