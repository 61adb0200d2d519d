package dev.sluice.intake;

import dev.sluice.generation.GenerationRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request that was read and found good.
 *
 * @param mode what the body said under {@code mode}, if anything
 * @param queueTimeout how long the caller wants it to be queued at most, if it said
 * @param fingerprint the same for bodies that are the same as canonical JSON
 */
public record Wanted(
        GenerationRequest request,
        @Nullable String mode,
        @Nullable Duration queueTimeout,
        String fingerprint) {}
