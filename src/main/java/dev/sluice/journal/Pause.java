package dev.sluice.journal;

import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * That an operator keeps all submits back, on every replica and across restarts. What is queued stays queued, what is under
 * way goes on.
 *
 * @param since when it began
 * @param by who asked for it
 * @param why what for
 */
public record Pause(Instant since, String by, String why) {

    /** Whether anything keeps submits back: an operator, or a log that was restored. */
    static boolean isOn(JdbcClient db) {
        return db.sql("select count(*) from pause").query(Integer.class).single() > 0;
    }

    static Optional<Pause> find(JdbcClient db) {
        return db.sql("select paused_at, paused_by, why from pause where paused_at is not null")
                .query((row, _) -> new Pause(
                        Instant.ofEpochMilli(row.getLong("paused_at")),
                        row.getString("paused_by"),
                        row.getString("why")))
                .optional();
    }

    /** One that is on already goes on: it is the same pause for another reason. */
    static Pause begin(JdbcClient db, String by, String why, Instant now) {
        Pause pause = new Pause(find(db).map(Pause::since).orElse(now), by, why);
        end(db);
        db.sql("insert into pause (since, paused_at, paused_by, why) values (0, ?, ?, ?)")
                .params(pause.since().toEpochMilli(), by, why)
                .update();
        return pause;
    }

    static void end(JdbcClient db) {
        db.sql("delete from pause where paused_at is not null").update();
    }
}
