package dev.sluice.journal;

import dev.sluice.generation.BatchId;
import dev.sluice.generation.Generation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted, now or before under the same key.
 *
 * @param generations in the order of the request
 * @param batch under which they are found together; null for one that stands alone
 * @param quota how much of its quotas the caller has left after this; null if it was accepted before, which costs none
 */
public record Accepted(
        List<Generation> generations,
        @Nullable BatchId batch,
        @Nullable Quota quota) {

    public Accepted {
        generations = List.copyOf(generations);
    }

    /** The only one, or the first of several. */
    public Generation first() {
        return generations.getFirst();
    }

    /** Whether it was accepted now. */
    public boolean isNew() {
        return quota != null;
    }
}
