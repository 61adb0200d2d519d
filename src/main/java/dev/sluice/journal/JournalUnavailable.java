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

    static JournalUnavailable tooBusy() {
        return new JournalUnavailable(
                "The log was too busy for " + Lane.LONGEST_WAIT.toSeconds() + " s: nothing was begun");
    }

    JournalUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
