package dev.sluice.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The learnt limit in its one row: read by each claim in its own transaction, so that it holds for all replicas. */
final class Limits {

    static final Duration TRIED_AGAIN_AFTER = Duration.ofSeconds(30);

    private Limits() {}

    static Optional<Limit> read(JdbcClient db) {
        return db.sql("select tasks, filled, rising, lowered_at, tried_at from learnt_limit")
                .query((row, _) -> new Limit(
                        row.getInt("tasks"),
                        row.getInt("filled"),
                        row.getInt("rising") != 0,
                        Instant.ofEpochMilli(row.getLong("lowered_at")),
                        Instant.ofEpochMilli(row.getLong("tried_at"))))
                .optional();
    }

    /**
     * How many more may be in flight.
     *
     * @param places none if it is full
     * @param isTrial the limit stood full for long without a submit that could have told anything, and is tried with one
     *     more: a single task that takes minutes would otherwise keep it from being learnt anew
     */
    record Left(int places, boolean isTrial) {}

    static Left left(JdbcClient db, Claim claim, Instant now) {
        int inFlight = Rows.inFlight(db);
        Optional<Limit> limit = read(db);
        int places = limit.map(Limit::tasks).orElse(claim.limitUntilLearnt()) - inFlight;
        boolean isTrial = limit.filter(known -> inFlight == known.tasks() && inFlight < claim.most())
                .filter(known -> !now.isBefore(known.triedAt().plus(TRIED_AGAIN_AFTER)))
                .isPresent();
        return new Left(isTrial ? 1 : Math.max(0, places), isTrial);
    }

    static void tried(JdbcClient db, Instant now) {
        db.sql("update learnt_limit set tried_at = ?").param(now.toEpochMilli()).update();
    }

    /** The limit, if the lesson does not change it: most do not, and those need no turn. */
    static Optional<Limit> whatStays(JdbcClient db, Limit.Lesson lesson) {
        return read(db).filter(known -> lesson.learn(known, Rows.inFlight(db)).equals(known));
    }

    static Limit learn(JdbcClient db, Limit initial, Limit.Lesson lesson) {
        Optional<Limit> known = read(db);
        Limit learnt = lesson.learn(known.orElse(initial), Rows.inFlight(db));
        if (known.isEmpty()) {
            db.sql("insert into learnt_limit (tasks, filled, rising, lowered_at, tried_at) values (0, 0, 0, 0, 0)")
                    .update();
        }
        if (known.isEmpty() || !known.get().equals(learnt)) {
            db.sql("update learnt_limit set tasks = ?, filled = ?, rising = ?, lowered_at = ?, tried_at = ?")
                    .params(
                            learnt.tasks(),
                            learnt.filled(),
                            learnt.rising() ? 1 : 0,
                            learnt.loweredAt().toEpochMilli(),
                            learnt.triedAt().toEpochMilli())
                    .update();
        }
        return learnt;
    }
}
