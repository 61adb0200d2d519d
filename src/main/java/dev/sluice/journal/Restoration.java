package dev.sluice.journal;

import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent.Unknown;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A log that was restored from a backup. What it says is queued may have been submitted after the backup was taken, and
 * paid for: nothing is submitted, by any replica, until an operator has said what is to become of it.
 */
final class Restoration {

    private static final Problem WHY = new Problem(
            ProblemType.OUTCOME_UNKNOWN,
            "The log was restored from a backup in which this was queued: it may have been submitted after the backup"
                    + " was taken, and charged. Sluice does not send it again on its own; ask anew if paying twice is"
                    + " better than not at all.");

    /** What was queued by the restoration; a newer generation is in no doubt. */
    static final String IS_IN_DOUBT = "exists (select 1 from pause where generation.created_at <= pause.since)";

    private Restoration() {}

    /** Again at each start that says so: what was queued by then is in doubt from then on. */
    static void begin(JdbcClient db, Instant now) {
        end(db);
        db.sql("insert into pause (since) values (?)").param(now.toEpochMilli()).update();
    }

    static boolean isUnderWay(JdbcClient db) {
        return db.sql("select count(*) from pause where paused_at is null")
                        .query(Integer.class)
                        .single()
                > 0;
    }

    static int inDoubt(JdbcClient db) {
        return db.sql("select count(*) from generation where status = 'queued' and " + IS_IN_DOUBT)
                .query(Integer.class)
                .single();
    }

    static boolean isInDoubt(JdbcClient db, GenerationId id) {
        return db.sql("select count(*) from generation where status = 'queued' and id = ? and " + IS_IN_DOUBT)
                        .param(id.value())
                        .query(Integer.class)
                        .single()
                > 0;
    }

    /** Ends one that is in doubt; empty if it is not. */
    static Optional<Hold> giveUp(JdbcClient db, GenerationId id, Instant now) {
        return isInDoubt(db, id)
                ? Rows.one(db, id).flatMap(hold -> Rows.append(db, hold, unknown(hold.generation()), now))
                : Optional.empty();
    }

    /** Ends the oldest of those that are in doubt, at most as many. */
    static List<Hold> giveUpTheOldest(JdbcClient db, int most, Instant now) {
        return Rows.where(
                        db,
                        "g.id in (select id from generation where status = 'queued' and " + IS_IN_DOUBT
                                + " order by id limit :most)",
                        Map.of("most", most))
                .stream()
                .flatMap(hold -> Rows.append(db, hold, unknown(hold.generation()), now).stream())
                .toList();
    }

    /** What is queued then is submitted, unless an operator keeps it back. */
    static void end(JdbcClient db) {
        db.sql("delete from pause where paused_at is null").update();
    }

    static Unknown unknown(Generation queued) {
        return new Unknown(WHY, queued.leastCost());
    }
}
