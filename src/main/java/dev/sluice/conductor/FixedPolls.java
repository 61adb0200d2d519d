package dev.sluice.conductor;

import dev.sluice.capacity.Spread;
import java.time.Duration;

/** How many polls the fixed pace makes of a generation, as likely as its endings are. */
record FixedPolls(Spread spread, Polling pace) {

    /** On average, for one of which nothing is known yet. */
    double each() {
        return 1 + between(Duration.ZERO, duration(spread.cells() * spread.cell()));
    }

    /** On average, from the one moment to an ending that is known to have come after it and by the other. */
    double between(Duration after, Duration by) {
        int from = cell(after);
        int to = Math.min(spread.cells(), Math.max(from + 1, cell(by)));
        double mass = 0;
        double polls = 0;
        for (int i = from; i < to; i++) {
            mass += spread.mass(i);
            polls += spread.mass(i) * exactly(after, duration((i + 0.5) * spread.cell()));
        }
        return mass > 0 ? polls / mass : exactly(after, after.plus(by).dividedBy(2));
    }

    /** From after the one moment to the other. */
    long exactly(Duration after, Duration until) {
        return Math.max(0, pace.fixedPolls(until) - pace.fixedPolls(after));
    }

    private int cell(Duration moment) {
        return (int) Math.round(moment.toNanos() / 1e9 / spread.cell());
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
