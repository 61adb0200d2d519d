package dev.sluice.simulator;

import java.time.Duration;

/** How long a task takes here, given how long it would take at its model's natural speed. */
@FunctionalInterface
public interface Pace {

    Duration takes(Duration natural);

    static Pace natural() {
        return natural -> natural;
    }

    /** Half a second where the model would take ten, with a factor of 0.05. */
    static Pace scaled(double factor) {
        return natural -> Duration.ofNanos(Math.round(natural.toNanos() * factor));
    }

    static Pace fixed(Duration each) {
        return _ -> each;
    }
}
