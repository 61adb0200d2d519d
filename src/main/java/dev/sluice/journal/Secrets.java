package dev.sluice.journal;

import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What this deployment made up for itself and nobody else may know. */
final class Secrets {

    private Secrets() {}

    static Optional<String> find(JdbcClient db, String name) {
        return db.sql("select value from secret where name = ?")
                .param(name)
                .query(String.class)
                .optional();
    }

    /** Keeps it unless there is one already, and answers the one that is kept. */
    static String keep(JdbcClient db, String name, String fresh, Instant now) {
        db.sql("insert into secret (name, value, made_at) values (?, ?, ?) on conflict (name) do nothing")
                .params(name, fresh, now.toEpochMilli())
                .update();
        return find(db, name).orElseThrow();
    }
}
