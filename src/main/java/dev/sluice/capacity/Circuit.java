package dev.sluice.capacity;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.Locale;

/** Where a circuit breaker stands. */
public enum Circuit {
    /** All is well. */
    CLOSED,
    /** Nothing goes through for a while. */
    OPEN,
    /** A few go through, and decide. */
    HALF_OPEN;

    static Circuit of(CircuitBreaker breaker) {
        return switch (breaker.getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> CLOSED;
            case OPEN, FORCED_OPEN -> OPEN;
            case HALF_OPEN -> HALF_OPEN;
        };
    }

    /** The word that callers see. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
