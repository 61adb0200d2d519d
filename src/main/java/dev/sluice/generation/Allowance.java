package dev.sluice.generation;

import org.jspecify.annotations.Nullable;

/**
 * What a caller may use.
 *
 * @param weight its share of the tasks in flight, against the others' weights
 * @param requestsPerMinute generations or batches that may be accepted in a minute
 * @param creditsPerDay credits that may be spent or set aside in 24 hours; null if as many as there are
 */
public record Allowance(
        double weight, int requestsPerMinute, @Nullable Long creditsPerDay) {

    /** Of a caller for whom nothing else was set. */
    public static final Allowance USUAL = new Allowance(1, 60, null);
}
