package dev.sluice.journal;

import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent.Cancelled;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How a generation stands after its owner withdrew it.
 *
 * @param hasMoved whether that moved it: only then is it told
 */
record Withdrawal(Generation now, boolean hasMoved) {

    /** Cancels what is queued, and notes on what is on its way that it is not to be queued again. */
    static Withdrawal of(JdbcClient db, Hold hold, Instant now) {
        return switch (hold.generation().status()) {
            case QUEUED ->
                new Withdrawal(
                        Rows.append(
                                        db,
                                        hold,
                                        Restoration.isInDoubt(db, hold.id())
                                                ? Restoration.unknown(hold.generation())
                                                : new Cancelled(),
                                        now)
                                .orElseThrow()
                                .generation(),
                        true);
            case SUBMITTING -> {
                db.sql("update generation set withdrawn = 1 where id = ?")
                        .param(hold.id().value())
                        .update();
                yield new Withdrawal(hold.generation(), false);
            }
            case PROCESSING, OVERDUE, COMPLETED, FAILED, REJECTED, CANCELLED, UNKNOWN, TIMED_OUT ->
                new Withdrawal(hold.generation(), false);
        };
    }
}
