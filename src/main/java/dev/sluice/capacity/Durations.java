package dev.sluice.capacity;

import dev.sluice.generation.Generation;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/** How long generations take, by model, learnt from those that ended: an average in which old ones fade. */
public final class Durations {

    /** Believed of a model that was never seen to end. */
    static final Duration FIRST_GUESS = Duration.ofSeconds(20);

    /** Model names come from callers: no more of them are remembered. */
    static final int MOST_MODELS = 500;

    private static final double WEIGHT_OF_THE_NEWEST = 0.2;

    private final ConcurrentHashMap<String, Double> secondsByModel = new ConcurrentHashMap<>();

    /** Learns from a generation that was completed. */
    public void learn(Generation completed) {
        completed.acceptedAt().ifPresent(since -> {
            double seconds = Duration.between(since, completed.last().at()).toMillis() / 1000.0;
            String model = model(completed);
            if (secondsByModel.containsKey(model) || secondsByModel.size() < MOST_MODELS) {
                secondsByModel.merge(model, seconds, (old, now) -> old + WEIGHT_OF_THE_NEWEST * (now - old));
            }
        });
    }

    /** From the upstream's acceptance to the ending, for one like this. */
    public Duration typical(Generation generation) {
        Double seconds = secondsByModel.get(model(generation));
        return seconds == null ? FIRST_GUESS : Duration.ofMillis((long) (seconds * 1000));
    }

    private static String model(Generation generation) {
        String model = generation.request().selectedModel();
        return model == null ? "" : model;
    }
}
