package dev.sluice.journal;

import org.jspecify.annotations.Nullable;

/**
 * What the upstream answered to a submit.
 *
 * @param upstreamId its id of the generation, if the answer had one: then it was accepted, whatever else happened
 * @param creditsUsed what it cost, if the answer told
 * @param creditsRemaining what was left on the account, if the answer told
 * @param answer the answer as it came
 * @param owner who received it
 */
public record Receipt(
        @Nullable String upstreamId,
        @Nullable Long creditsUsed,
        @Nullable Long creditsRemaining,
        String answer,
        String owner) {}
