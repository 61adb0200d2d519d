package dev.sluice.journal;

import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How long a completed generation had a task's place, from the upstream's acceptance to the ending. */
public record Took(String model, Duration duration) {

    /** Of each model the newest, oldest first. */
    static List<Took> newest(JdbcClient db, int mostOfEach) {
        return db.sql("""
            select model, took from (
                select model, finished_at, finished_at - accepted_at as took,
                       row_number() over (partition by model order by finished_at desc) as age
                from generation where status = 'completed' and model is not null and accepted_at is not null
            ) completed where age <= ? order by finished_at
            """)
                .param(mostOfEach)
                .query((row, _) -> new Took(row.getString("model"), Duration.ofMillis(row.getLong("took"))))
                .list();
    }
}
