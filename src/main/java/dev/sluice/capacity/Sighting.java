package dev.sluice.capacity;

import java.time.Duration;

/**
 * An ending as polls see it: it came somewhere between two of them.
 *
 * @param after it had not come by then, counted from the upstream's acceptance
 * @param by it had come by then; later than {@code after}
 */
public record Sighting(Duration after, Duration by) {

    public Sighting {
        if (after.isNegative() || after.compareTo(by) >= 0) {
            throw new IllegalArgumentException("An ending cannot come after %s and by %s".formatted(after, by));
        }
    }
}
