package dev.sluice.generation;

import org.jspecify.annotations.Nullable;

/**
 * What a generation cost.
 *
 * @param used spent, as the upstream said; 1 where it accepted without saying
 * @param remaining what was left on the upstream's account then, if it said
 * @param atRisk may have been spent: a submit is under way or its answer was lost
 */
public record Credits(long used, @Nullable Long remaining, long atRisk) {}
