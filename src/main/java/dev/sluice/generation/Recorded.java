package dev.sluice.generation;

import java.time.Instant;

/**
 * An event that is committed: its generation, its place in that log (from 1, without gaps), and when.
 */
public record Recorded(GenerationId generation, long sequence, Instant at, GenerationEvent event) {

    public EventId id() {
        return new EventId(generation, sequence);
    }

    public Status status() {
        return event.status();
    }
}
