package dev.sluice.generation;

import java.util.Optional;

/**
 * The place of one recorded event: which generation, and where in its log. Written {@code {id}.{sequence}} on the wire
 * and opaque to callers.
 */
public record EventId(GenerationId generation, long sequence) {

    /** Longer numbers cannot be a place in any log: a log has a handful of events. */
    private static final int MOST_DIGITS = 9;

    /** The place that this text names; empty if it names none. */
    public static Optional<EventId> parse(String text) {
        int dot = text.lastIndexOf('.');
        if (dot < 0 || !isPlace(text.substring(dot + 1))) {
            return Optional.empty();
        }
        return GenerationId.parse(text.substring(0, dot))
                .map(id -> new EventId(id, Long.parseLong(text.substring(dot + 1))));
    }

    private static boolean isPlace(String digits) {
        return !digits.isEmpty()
                && digits.length() <= MOST_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return generation + "." + sequence;
    }
}
