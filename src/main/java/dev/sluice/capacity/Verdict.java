package dev.sluice.capacity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What an answer to a submit tells about the upstream's capacity, whatever it means for the generation. */
public sealed interface Verdict {

    /** It answered as it should. */
    record Clear() implements Verdict {}

    /** It has no place. */
    record Busy(@Nullable Duration retryAfter) implements Verdict {}

    /** It refuses the key. */
    record KeyRefused() implements Verdict {}

    /** It could not be reached. */
    record Unreachable() implements Verdict {}

    /** It was sent something, and nobody knows what became of it. */
    record Unclear() implements Verdict {}
}
