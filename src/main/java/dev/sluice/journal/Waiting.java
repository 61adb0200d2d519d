package dev.sluice.journal;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import java.time.Duration;

/**
 * A queued generation as the line sees it.
 *
 * @param isUrgent whether it is interactive, or has waited long enough to rank so
 * @param expected how long it is expected to have a task's place
 * @param weight its caller's share, against the others' weights
 */
public record Waiting(GenerationId id, CallerId caller, boolean isUrgent, Duration expected, double weight) {

    /** What its caller's share moves on by when it is claimed. */
    double turn() {
        return expected.toMillis() / 1000.0 / weight;
    }
}
