package dev.sluice.journal;

import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;

/**
 * The right to write a generation's next event: its state as last seen, and the epoch in which it is owned. Worth nothing
 * once somebody else has written or adopted it: an append with it then changes nothing.
 */
public record Hold(Generation generation, long epoch) {

    public GenerationId id() {
        return generation.id();
    }
}
