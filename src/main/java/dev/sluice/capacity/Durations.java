package dev.sluice.capacity;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How long generations have a task's place, by model. The log keeps it; here the newest are only remembered. */
final class Durations {

    /** Believed of a model that was never seen to end. */
    static final Duration FIRST_GUESS = Duration.ofSeconds(20);

    /** Model names come from callers: no more of them are remembered. */
    static final int MOST_MODELS = 500;

    private final ConcurrentHashMap<String, Sightings> byModel = new ConcurrentHashMap<>();

    /** @param selectedModel as it was asked for; null for the upstream's default */
    void learn(@Nullable String selectedModel, Sighting ending) {
        String model = model(selectedModel);
        if (byModel.containsKey(model) || byModel.size() < MOST_MODELS) {
            byModel.compute(model, (_, known) -> (known == null ? Sightings.NONE : known).and(ending));
        }
    }

    /** From the upstream's acceptance to the ending, for one of this model: half of them are quicker. */
    Duration typical(@Nullable String selectedModel) {
        return quantile(selectedModel, 0.5).orElse(FIRST_GUESS);
    }

    /** The same for one of which nothing is known but that it is usual here; empty if nothing was seen to end. */
    Optional<Duration> typical() {
        OptionalDouble millis = byModel.values().stream()
                .mapToLong(sightings -> sightings.quantile(0.5).toMillis())
                .average();
        return millis.isPresent() ? Optional.of(Duration.ofMillis((long) millis.getAsDouble())) : Optional.empty();
    }

    /** The same, but nine in ten are quicker; empty if none of this model was seen to end. */
    Optional<Duration> nineInTen(@Nullable String selectedModel) {
        return quantile(selectedModel, 0.9);
    }

    private Optional<Duration> quantile(@Nullable String selectedModel, double part) {
        return Optional.ofNullable(byModel.get(model(selectedModel))).map(sightings -> sightings.quantile(part));
    }

    /** When the endings are likely; empty until enough of this model were seen. May take some milliseconds to compute. */
    Optional<Spread> spread(@Nullable String selectedModel) {
        return Optional.ofNullable(byModel.get(model(selectedModel))).flatMap(Sightings::spread);
    }

    private static String model(@Nullable String selectedModel) {
        return selectedModel == null ? "" : selectedModel;
    }
}
