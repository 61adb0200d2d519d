package dev.sluice.journal;

import java.time.Duration;

/**
 * The terms of a claim.
 *
 * @param limitUntilLearnt how many tasks may be in flight while nothing is learnt
 * @param most how many tasks may be in flight, whatever is learnt
 * @param batchPatience how long a {@code batch} one waits until it ranks as {@code interactive}
 */
public record Claim(int limitUntilLearnt, int most, Duration batchPatience) {}
