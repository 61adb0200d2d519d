package dev.sluice.capacity;

import java.util.Optional;

/** The durations of one model, for tests of those who read them. */
public final class LearntDurations {

    private final Durations durations = new Durations();

    public void learn(Sighting ending) {
        durations.learn(null, ending);
    }

    public Optional<Spread> spread() {
        return durations.spread(null);
    }
}
