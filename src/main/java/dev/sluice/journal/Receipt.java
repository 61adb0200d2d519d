package dev.sluice.journal;

import org.jspecify.annotations.Nullable;

/**
 * What the upstream answered to a submit.
 *
 * @param upstreamId its id of the generation, if the answer had one: then it was accepted, whatever else happened
 * @param answer the answer as it came
 * @param owner who received it
 */
public record Receipt(@Nullable String upstreamId, String answer, String owner) {}
