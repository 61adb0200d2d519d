package dev.sluice.journal;

import dev.sluice.generation.Generation;
import java.util.List;

/**
 * A stretch of a caller's generations, newest first.
 *
 * @param more whether older ones follow
 */
public record Page(List<Generation> generations, boolean more) {}
