package dev.sluice.journal;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The right of this process to own generations, and its answer to who of the others has lost it. In an embedded log there
 * are no others; on PostgreSQL each replica renews its own, and one that does not is dead.
 */
interface Lease {

    /** Under which name it owns: another one at each start, so that it never takes a dead one's for its own. */
    String owner();

    /** Whether so little of it has gone that what is begun now has an outcome before others take it for dead. */
    boolean isFresh();

    /** Another number each time it may have run out and was won again: what was owned then may be somebody else's. */
    long term();

    /**
     * By the clock that leases are written in: owners whose leases ended before then are dead, and so are those of whom
     * nothing is known. 0, before which nobody's ends, unless this one was renewed on time for so long that everybody who
     * lives must have renewed its own.
     */
    long deadBefore(JdbcClient db);

    /** How long one lasts. */
    Duration length();

    /** Ends it at once, so that others take over what is left. Blocking; it is not won again. */
    void giveBack();
}
