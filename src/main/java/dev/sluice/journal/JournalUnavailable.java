package dev.sluice.journal;

/**
 * The log cannot be read or written now: nothing of what was asked has happened. One exception says so itself: when the
 * connection to a database was lost in the middle of a commit, and the database could not tell what became of it.
 */
public final class JournalUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1;

    JournalUnavailable(String message) {
        super(message);
    }

    JournalUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
