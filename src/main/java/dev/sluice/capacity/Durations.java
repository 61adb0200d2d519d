package dev.sluice.capacity;

import dev.sluice.journal.Took;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How long generations have a task's place, by model: the newest endings of each, whose quantiles are exact and in which
 * old ones are forgotten. The log keeps them; here they are only remembered.
 */
final class Durations {

    /** Believed of a model that was never seen to end. */
    static final Duration FIRST_GUESS = Duration.ofSeconds(20);

    /** Model names come from callers: no more of them are remembered. */
    static final int MOST_MODELS = 500;

    /** Enough for a ninth decile, few enough to forget yesterday. */
    static final int NEWEST_OF_EACH = 200;

    private final ConcurrentHashMap<String, Newest> byModel = new ConcurrentHashMap<>();

    /** A ring of the newest, and the same in order of length. */
    private record Newest(long[] millis, int next, long[] sorted) {

        static Newest of(long first) {
            return new Newest(new long[] {first}, 1, new long[] {first});
        }

        Newest and(long another) {
            long[] more = Arrays.copyOf(millis, Math.min(NEWEST_OF_EACH, millis.length + 1));
            int place = next % NEWEST_OF_EACH;
            more[place] = another;
            long[] inOrder = more.clone();
            Arrays.sort(inOrder);
            return new Newest(more, place + 1, inOrder);
        }

        Duration quantile(double part) {
            return Duration.ofMillis(sorted[(int) Math.min(sorted.length - 1L, (long) (part * sorted.length))]);
        }
    }

    /** @param selectedModel as it was asked for; null for the upstream's default */
    void learn(@Nullable String selectedModel, Duration took) {
        String model = model(selectedModel);
        if (byModel.containsKey(model) || byModel.size() < MOST_MODELS) {
            byModel.compute(
                    model, (_, known) -> known == null ? Newest.of(took.toMillis()) : known.and(took.toMillis()));
        }
    }

    /** Remembers what the log holds. */
    void learn(Took took) {
        learn(took.model(), took.duration());
    }

    /** From the upstream's acceptance to the ending, for one of this model: half of them are quicker. */
    Duration typical(@Nullable String selectedModel) {
        return quantile(selectedModel, 0.5).orElse(FIRST_GUESS);
    }

    /** The same, but nine in ten are quicker; empty if none of this model was seen to end. */
    Optional<Duration> nineInTen(@Nullable String selectedModel) {
        return quantile(selectedModel, 0.9);
    }

    private Optional<Duration> quantile(@Nullable String selectedModel, double part) {
        return Optional.ofNullable(byModel.get(model(selectedModel))).map(newest -> newest.quantile(part));
    }

    private static String model(@Nullable String selectedModel) {
        return selectedModel == null ? "" : selectedModel;
    }
}
