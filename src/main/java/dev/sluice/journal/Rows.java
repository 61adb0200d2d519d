package dev.sluice.journal;

import dev.sluice.generation.BatchId;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Recorded;
import dev.sluice.generation.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The statements that read and append rows, shared by all that the journal does; each runs inside its caller's work. */
final class Rows {

    private static final String SELECT = """
        select g.id, g.caller, g.request, g.epoch, e.sequence, e.at, e.status, e.body
        from generation g join event e on e.generation = g.id
        """;

    /** Says more than it means, so that SQLite sees that the index of what is under way will do. */
    static final String IN_FLIGHT = "status in ('submitting', 'processing', 'overdue') and status <> 'overdue'";

    private Rows() {}

    /** A generation while its rows are read. */
    private record Draft(CallerId caller, GenerationRequest request, long epoch, List<Recorded> log) {}

    /** The generations that the condition picks, in the order of their ids. */
    static List<Hold> where(JdbcClient db, String condition, Map<String, ?> parameters) {
        Map<GenerationId, Draft> drafts = new LinkedHashMap<>();
        db.sql(SELECT + " where " + condition + " order by g.id, e.sequence")
                .params(parameters)
                .query(row -> {
                    GenerationId id = new GenerationId(row.getString("id"));
                    Draft draft = drafts.get(id);
                    if (draft == null) {
                        draft = new Draft(
                                new CallerId(row.getString("caller")),
                                EventText.request(row.getString("request")),
                                row.getLong("epoch"),
                                new ArrayList<>());
                        drafts.put(id, draft);
                    }
                    draft.log()
                            .add(new Recorded(
                                    id,
                                    row.getLong("sequence"),
                                    Instant.ofEpochMilli(row.getLong("at")),
                                    EventText.event(row.getString("status"), row.getString("body"))));
                });
        return drafts.entrySet().stream()
                .map(draft -> new Hold(
                        new Generation(
                                draft.getKey(),
                                draft.getValue().caller(),
                                draft.getValue().request(),
                                draft.getValue().log()),
                        draft.getValue().epoch()))
                .toList();
    }

    static Optional<Hold> one(JdbcClient db, GenerationId id) {
        return where(db, "g.id = :id", Map.of("id", id.value())).stream().findFirst();
    }

    static List<Hold> inThatOrder(JdbcClient db, List<GenerationId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        List<String> wanted = ids.stream().map(GenerationId::value).toList();
        return where(db, "g.id in (:ids)", Map.of("ids", wanted)).stream()
                .sorted(Comparator.comparing(hold -> wanted.indexOf(hold.id().value())))
                .toList();
    }

    /** All that this caller had accepted together under that id, in the order of the request. */
    static List<Hold> ofBatch(JdbcClient db, BatchId batch, CallerId caller) {
        return where(
                db,
                "g.batch = :batch and g.caller = :caller",
                Map.of("batch", batch.value(), "caller", caller.value()));
    }

    /** Under which id it was accepted together with others, if it was. */
    static Optional<BatchId> batch(JdbcClient db, GenerationId id) {
        return db.sql("select batch from generation where id = ? and batch is not null")
                .param(id.value())
                .query((row, _) -> new BatchId(row.getString("batch")))
                .optional();
    }

    /** The generation, with all that were accepted together with it, in the order of the request. */
    static List<Generation> together(JdbcClient db, GenerationId id) {
        return where(db, """
            g.id in (select :id union select id from generation
                     where batch = (select batch from generation where id = :id))
            """, Map.of("id", id.value())).stream()
                .map(Hold::generation)
                .toList();
    }

    /** The compare-and-set that all ownership rests on: empty, and nothing written, if the hold is stale. */
    static Optional<Hold> append(JdbcClient db, Hold hold, GenerationEvent event, Instant now) {
        Recorded next = new Recorded(hold.id(), hold.generation().sequence() + 1, now, event);
        Generation after = hold.generation().after(next);
        int hit = db.sql("""
            update generation
            set status = :status, sequence = :next, upstream_id = :upstreamId, finished_at = :finishedAt,
                accepted_at = :acceptedAt, credits = coalesce(:credits, credits)
            where id = :id and sequence = :seen and epoch = :epoch
            """)
                .param("status", next.status().word())
                .param("next", next.sequence())
                .param("upstreamId", after.upstreamId().map(EventText::storable).orElse(null))
                .param(
                        "finishedAt",
                        after.finishedAt().map(Instant::toEpochMilli).orElse(null))
                .param(
                        "acceptedAt",
                        after.acceptedAt().map(Instant::toEpochMilli).orElse(null))
                .param("credits", credits(after))
                .param("id", hold.id().value())
                .param("seen", hold.generation().sequence())
                .param("epoch", hold.epoch())
                .update();
        if (hit == 0) {
            return Optional.empty();
        }
        insert(db, next);
        Delivery.owe(db, after);
        hadItsPlace(hold.generation(), next).ifPresent(took -> Line.correct(db, hold.id(), took));
        return Optional.of(new Hold(after, hold.epoch()));
    }

    /** For how long it had a task's place, once it has it no longer; empty while it has, or if it never had. */
    private static Optional<Duration> hadItsPlace(Generation before, Recorded next) {
        return switch (before.status()) {
            case SUBMITTING ->
                switch (next.status()) {
                    case QUEUED, REJECTED, CANCELLED -> Optional.of(Duration.ZERO);
                    case SUBMITTING, PROCESSING, OVERDUE, COMPLETED, FAILED, UNKNOWN, TIMED_OUT -> Optional.empty();
                };
            case PROCESSING -> before.acceptedAt().map(since -> Duration.between(since, next.at()));
            case QUEUED, OVERDUE, COMPLETED, FAILED, REJECTED, CANCELLED, UNKNOWN, TIMED_OUT -> Optional.empty();
        };
    }

    /** What it counts against its caller's day, once that is known; until then it stays at what was set aside. */
    private static @Nullable Long credits(Generation generation) {
        return switch (generation.status()) {
            case REJECTED, CANCELLED -> 0L;
            case PROCESSING, OVERDUE, COMPLETED, FAILED, TIMED_OUT ->
                generation.credits().used();
            case QUEUED, SUBMITTING, UNKNOWN -> null;
        };
    }

    static void insert(JdbcClient db, Recorded recorded) {
        db.sql("insert into event (generation, sequence, at, status, body) values (?, ?, ?, ?, ?)")
                .params(
                        recorded.generation().value(),
                        recorded.sequence(),
                        recorded.at().toEpochMilli(),
                        recorded.status().word(),
                        EventText.of(recorded.event()))
                .update();
    }

    /** SQLite's driver gives no {@code Long} for a null. */
    static @Nullable Long longOrNull(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    /** How many are queued, as far as that many. */
    static int queued(JdbcClient db, int most) {
        return db.sql("select count(*) from (select 1 from generation where status = 'queued' limit ?) waiting")
                .param(most)
                .query(Integer.class)
                .single();
    }

    static int queued(JdbcClient db) {
        return db.sql("select count(*) from generation where status = 'queued'")
                .query(Integer.class)
                .single();
    }

    /** Each part has an index that holds nothing else. */
    static Map<Status, Integer> open(JdbcClient db) {
        Map<Status, Integer> open = new EnumMap<>(Status.class);
        db.sql("""
            select status, count(*) from generation where status = 'queued' group by status
            union all
            select status, count(*) from generation where status in ('submitting', 'processing', 'overdue') group by status
            """).query(row -> {
            open.put(Status.of(row.getString(1)).orElseThrow(), row.getInt(2));
        });
        return open;
    }

    static int inFlight(JdbcClient db) {
        return db.sql("select count(*) from generation where " + IN_FLIGHT)
                .query(Integer.class)
                .single();
    }

    static Map<CallerId, Integer> inFlightByCaller(JdbcClient db) {
        return db
                .sql("select caller from generation where " + IN_FLIGHT)
                .query((row, _) -> new CallerId(row.getString("caller")))
                .list()
                .stream()
                .collect(Collectors.toMap(caller -> caller, _ -> 1, Integer::sum));
    }
}
