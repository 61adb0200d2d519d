package dev.sluice.journal;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A generation that is about to be accepted.
 *
 * @param waitAtMost how long it may be queued
 * @param capacity how many may be queued, this one included
 * @param key the caller's idempotency key, if it gave one
 */
public record Opening(
        GenerationId id,
        CallerId caller,
        GenerationRequest request,
        Duration waitAtMost,
        int capacity,
        @Nullable Key key) {

    /**
     * An {@code Idempotency-Key} (IETF draft-ietf-httpapi-idempotency-key-header), which belongs to a caller and a path.
     *
     * @param fingerprint tells bodies apart: the same for the same canonical JSON
     */
    public record Key(String path, String key, String fingerprint) {}
}
