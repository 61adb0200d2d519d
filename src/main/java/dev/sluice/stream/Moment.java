package dev.sluice.stream;

import dev.sluice.generation.Generation;
import dev.sluice.generation.Progress;

/**
 * A generation as it stood when something was told of it.
 *
 * @param recorded whether its newest event is what is told; otherwise it is news of the moment, which may be dropped
 */
public record Moment(Generation generation, Progress progress, boolean recorded) {}
