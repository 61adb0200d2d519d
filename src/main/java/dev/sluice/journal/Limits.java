package dev.sluice.journal;

import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The learnt limit in its one row: read by each claim in its own transaction, so that it holds for all replicas. */
final class Limits {

    private Limits() {}

    static Optional<Limit> read(JdbcClient db) {
        return db.sql("select tasks, filled, rising, lowered_at from learnt_limit")
                .query((row, _) -> new Limit(
                        row.getInt("tasks"),
                        row.getInt("filled"),
                        row.getInt("rising") != 0,
                        Instant.ofEpochMilli(row.getLong("lowered_at"))))
                .optional();
    }

    static Limit learn(JdbcClient db, Limit initial, Limit.Lesson lesson) {
        Optional<Limit> known = read(db);
        Limit learnt = lesson.learn(known.orElse(initial), Rows.inFlight(db));
        if (known.isEmpty()) {
            db.sql("insert into learnt_limit (tasks, filled, rising, lowered_at) values (0, 0, 0, 0)")
                    .update();
        }
        if (known.isEmpty() || !known.get().equals(learnt)) {
            db.sql("update learnt_limit set tasks = ?, filled = ?, rising = ?, lowered_at = ?")
                    .params(
                            learnt.tasks(),
                            learnt.filled(),
                            learnt.rising() ? 1 : 0,
                            learnt.loweredAt().toEpochMilli())
                    .update();
        }
        return learnt;
    }
}
