package dev.sluice.journal;

import java.time.Duration;

/** The waiting room has no place, or none that could come to anything in the time allowed; nothing was accepted. */
public final class RoomFull extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    private RoomFull(String message, Duration retryAfter) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
    }

    static RoomFull allTaken(int capacity, Duration retryAfter) {
        return new RoomFull(
                capacity == 1
                        ? "The one place of the waiting room is taken"
                        : "All " + capacity + " places of the waiting room are taken",
                retryAfter);
    }

    static RoomFull waitTooLong(Duration expected, Duration allowed) {
        return new RoomFull(
                "A place is expected to come free in %d s, and this may wait for %d s only"
                        .formatted(expected.toSeconds(), allowed.toSeconds()),
                expected.minus(allowed));
    }

    /** Until there may be a place, as far as can be told. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
