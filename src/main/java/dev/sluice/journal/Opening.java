package dev.sluice.journal;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.BatchId;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Generations that are about to be accepted: all of them or none.
 *
 * @param allowance what the caller may use; its quotas are counted when this is accepted
 * @param items what is asked for, at least one; in the order of their ids
 * @param batch under which they can be found together; null for one that stands alone
 * @param capacity how many may be queued, these included
 * @param outlook what the waiting room is like
 * @param key the caller's idempotency key, if it gave one
 */
public record Opening(
        CallerId caller,
        Allowance allowance,
        List<Item> items,
        @Nullable BatchId batch,
        int capacity,
        Outlook outlook,
        @Nullable Key key) {

    public Opening {
        items = List.copyOf(items);
    }

    /**
     * One of them.
     *
     * @param waitAtMost how long it may be queued
     * @param credits what it is expected to cost
     * @param expected how long it is expected to have a task's place
     * @param isHeld whether nobody but the request that is open now could find it again: while it is queued it goes with
     *     the process that holds that request
     */
    public record Item(
            GenerationId id,
            GenerationRequest request,
            Duration waitAtMost,
            long credits,
            Duration expected,
            boolean isHeld) {}

    /**
     * What whoever comes now has to expect.
     *
     * @param expectedWait until a place comes free, as far as can be told; null if it cannot
     * @param drain how long the room takes to move on by one
     */
    public record Outlook(@Nullable Duration expectedWait, Duration drain) {

        /** Nothing is known that speaks against accepting. */
        public static final Outlook CLEAR = new Outlook(null, Duration.ofSeconds(5));
    }

    /**
     * An {@code Idempotency-Key} (IETF draft-ietf-httpapi-idempotency-key-header), which belongs to a caller and a path.
     *
     * @param fingerprint tells bodies apart: the same for the same canonical JSON
     */
    public record Key(String path, String key, String fingerprint) {}
}
