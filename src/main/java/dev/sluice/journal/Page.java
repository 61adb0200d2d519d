package dev.sluice.journal;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Status;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A stretch of a caller's generations, newest first.
 *
 * @param more whether older ones follow
 */
public record Page(List<Generation> generations, boolean more) {

    /** Sorts after every id. */
    private static final String NEWEST = "gen_~";

    static Page read(
            JdbcClient db, CallerId caller, Collection<Status> statuses, @Nullable GenerationId before, int most) {
        List<String> ids = db.sql("select id from generation where caller = :caller and id < :before"
                        + (statuses.isEmpty() ? "" : " and status in (:statuses)")
                        + " order by id desc limit :most")
                .param("caller", caller.value())
                .param("before", before == null ? NEWEST : before.value())
                .param("statuses", statuses.stream().map(Status::word).toList())
                .param("most", most + 1)
                .query((row, _) -> row.getString("id"))
                .list();
        List<String> shown = ids.subList(0, Math.min(most, ids.size()));
        List<Generation> found = shown.isEmpty()
                ? List.of()
                : Rows.where(db, "g.id in (:ids)", Map.of("ids", shown)).reversed().stream()
                        .map(Hold::generation)
                        .toList();
        return new Page(found, ids.size() > most);
    }
}
