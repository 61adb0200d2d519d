package dev.sluice.generation;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where a generation stands, in the words of the API, and what may come next. */
public enum Status {
    /** Accepted by Sluice, not yet offered to the upstream (or offered, and certainly not taken). */
    QUEUED,
    /** The submit is on its way; recorded before its first byte is sent. */
    SUBMITTING,
    /** The upstream accepted it and gave its id. */
    PROCESSING,
    /** The fast polling budget is used up; polling goes on slowly, since the result is paid for. */
    OVERDUE,
    /** The pictures are there. */
    COMPLETED,
    /** The upstream accepted it and then failed, or its safety check objected. */
    FAILED,
    /** The upstream refused it, or Sluice gave up waiting for a place; nothing was charged. */
    REJECTED,
    /** Its owner withdrew it before it was accepted upstream. */
    CANCELLED,
    /** The submit was sent and no readable answer came back: it may have been charged, and is never sent again. */
    UNKNOWN,
    /** The upstream still said "processing" when the slow polling budget was used up. */
    TIMED_OUT;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word that callers see, and that the log holds. */
    public String word() {
        return word;
    }

    /** The status that this word means; empty if it means none. */
    public static Optional<Status> of(String word) {
        return Arrays.stream(values())
                .filter(status -> status.word.equals(word))
                .findFirst();
    }

    /** Whether this ends the life. Only {@link #UNKNOWN} can still be left, when the upstream's answer turns up late. */
    public boolean hasEnded() {
        return switch (this) {
            case QUEUED, SUBMITTING, PROCESSING, OVERDUE -> false;
            case COMPLETED, FAILED, REJECTED, CANCELLED, UNKNOWN, TIMED_OUT -> true;
        };
    }

    /** Whether the log of a generation that stands here may go on with an event of that status. */
    public boolean mayBeFollowedBy(Status next) {
        return followers().contains(next);
    }

    private Set<Status> followers() {
        return switch (this) {
            case QUEUED -> EnumSet.of(SUBMITTING, REJECTED, CANCELLED, UNKNOWN); // the last in a restored backup only
            case SUBMITTING -> EnumSet.of(QUEUED, PROCESSING, FAILED, REJECTED, CANCELLED, UNKNOWN);
            case PROCESSING -> EnumSet.of(OVERDUE, COMPLETED, FAILED);
            case OVERDUE -> EnumSet.of(COMPLETED, FAILED, TIMED_OUT);
            case UNKNOWN -> EnumSet.of(PROCESSING);
            case COMPLETED, FAILED, REJECTED, CANCELLED, TIMED_OUT -> EnumSet.noneOf(Status.class);
        };
    }
}
