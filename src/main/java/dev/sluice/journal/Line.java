package dev.sluice.journal;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Priority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who is next: the caller that is furthest behind its share, then what is interactive, then what has waited longest.
 *
 * <p>A share is counted in time of a task's place over the caller's weight. Each claim moves its caller on by what it is
 * expected to take, and the line to where that caller stood; whoever was away begins where the line is, neither owed
 * anything nor owing. (Start-time fair queueing, Goyal, Vin and Cheng 1996.) The number of tasks in flight alone would
 * not do: of two places neither can be three times the other.
 */
final class Line {

    private static final Comparator<Standing> ORDER = Comparator.comparingDouble(Standing::start)
            .thenComparing(standing -> !standing.head().isUrgent())
            .thenComparing(standing -> standing.head().id());

    private Line() {}

    /** The first in its caller's own line, and where that caller stands in the whole. */
    record Standing(Waiting head, double start) {}

    /** Takes the next one out of the line; empty if nobody waits. The cost grows with the callers, not with their lines. */
    static Optional<GenerationId> takeNext(JdbcClient db, Instant agedBefore) {
        double position = position(db);
        return heads(db, agedBefore).stream()
                .map(head -> new Standing(head.waiting(), Math.max(position, head.hadUpto())))
                .min(ORDER)
                .map(next -> {
                    moveOn(db, next);
                    return next.head().id();
                });
    }

    private static void moveOn(JdbcClient db, Standing next) {
        db.sql("update line set position = ?").param(next.start()).update();
        db.sql("""
            insert into share (caller, had_upto) values (?, ?)
            on conflict (caller) do update set had_upto = excluded.had_upto
            """)
                .params(next.head().caller().value(), next.start() + next.head().turn())
                .update();
    }

    /**
     * Its caller's share moved on by what it was expected to take when it was claimed: from here on by what it took. A guess
     * that was wrong by much would otherwise hold its caller up for as long.
     */
    static void correct(JdbcClient db, GenerationId id, Duration took) {
        db.sql("""
            update share set had_upto = had_upto +
              (select (:took - expected_millis) / 1000.0 / weight from generation where id = :id)
            where caller = (select caller from generation where id = :id)
            """).param("id", id.value()).param("took", took.toMillis()).update();
    }

    /** Whoever has had no more than the line has moved stands there anyway. */
    static void forgetWhoIsAway(JdbcClient db) {
        db.sql("delete from share where had_upto <= (select position from line)")
                .update();
    }

    private record Head(Waiting waiting, double hadUpto) {}

    /** Steps from caller to caller through the index, and takes the head of each of their two lines. */
    static final String HEADS = """
        with recursive waiting(caller) as (
            select min(caller) from generation where status = 'queued'
            union all
            select (select min(g.caller) from generation g where g.status = 'queued' and g.caller > waiting.caller)
            from waiting where waiting.caller is not null
        ), head(id) as (
            select (select min(g.id) from generation g
                    where g.status = 'queued' and g.caller = waiting.caller and g.priority = 'interactive') from waiting
            union all
            select (select min(g.id) from generation g
                    where g.status = 'queued' and g.caller = waiting.caller and g.priority = 'batch') from waiting
        )
        select g.id, g.caller, g.priority, g.created_at, g.expected_millis, g.weight,
               coalesce(s.had_upto, 0) as had_upto
        from head join generation g on g.id = head.id left join share s on s.caller = g.caller
        """;

    private static List<Head> heads(JdbcClient db, Instant agedBefore) {
        return db.sql(HEADS)
                .query((row, _) -> new Head(waiting(row, agedBefore), row.getDouble("had_upto")))
                .list();
    }

    private static Waiting waiting(ResultSet row, Instant agedBefore) throws SQLException {
        return new Waiting(
                new GenerationId(row.getString("id")),
                new CallerId(row.getString("caller")),
                row.getString("priority").equals(Priority.INTERACTIVE.word())
                        || row.getLong("created_at") <= agedBefore.toEpochMilli(),
                Duration.ofMillis(row.getLong("expected_millis")),
                row.getDouble("weight"));
    }

    private static double position(JdbcClient db) {
        return db.sql("select position from line").query(Double.class).single();
    }

    /** The room as it stands, with at most as many of those who wait. */
    static Room room(JdbcClient db, int most, Instant agedBefore) {
        List<Waiting> queued = db.sql("""
            select id, caller, priority, created_at, expected_millis, weight from generation
            where status = 'queued' order by id limit ?
            """)
                .param(most)
                .query((row, _) -> waiting(row, agedBefore))
                .list();
        Map<CallerId, Double> hadUpto = new HashMap<>();
        db.sql("select caller, had_upto from share").query(row -> {
            hadUpto.put(new CallerId(row.getString("caller")), row.getDouble("had_upto"));
        });
        double position = position(db);
        return new Room(
                order(queued, hadUpto, position),
                hadUpto,
                position,
                Rows.inFlightByCaller(db),
                Limits.read(db),
                Restoration.isUnderWay(db));
    }

    /** The whole line as it would be claimed if nothing changed, the next one first. */
    static List<Waiting> order(List<Waiting> queued, Map<CallerId, Double> hadUpto, double position) {
        Map<CallerId, PriorityQueue<Waiting>> lines = new HashMap<>();
        queued.forEach(waiting -> lines.computeIfAbsent(
                        waiting.caller(),
                        _ -> new PriorityQueue<>(Comparator.comparing((Waiting it) -> !it.isUrgent())
                                .thenComparing(Waiting::id)))
                .add(waiting));
        PriorityQueue<Standing> standings = new PriorityQueue<>(ORDER);
        lines.forEach((caller, line) ->
                standings.add(new Standing(line.remove(), Math.max(position, hadUpto.getOrDefault(caller, 0.0)))));
        List<Waiting> order = new ArrayList<>(queued.size());
        for (Standing next = standings.poll(); next != null; next = standings.poll()) {
            order.add(next.head());
            Waiting after = lines.getOrDefault(next.head().caller(), new PriorityQueue<>())
                    .poll();
            if (after != null) {
                standings.add(new Standing(after, next.start() + next.head().turn()));
            }
        }
        return order;
    }
}
