package dev.sluice.journal;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Priority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

    /**
     * Takes those that are next out of the line, that many at most. The cost grows with the callers, not with their lines.
     */
    static List<GenerationId> takeNext(JdbcClient db, Instant agedBefore, int most) {
        List<Head> heads = heads(db, agedBefore);
        Map<CallerId, Double> hadUpto = new HashMap<>();
        heads.forEach(head -> hadUpto.put(head.waiting().caller(), head.hadUpto()));
        List<Standing> taken = new ArrayList<>();
        double position = position(db);
        while (taken.size() < most && !heads.isEmpty()) {
            Head next = Collections.min(heads, order(hadUpto, position));
            position = standing(next.waiting(), hadUpto, position).start();
            hadUpto.put(next.waiting().caller(), position + next.waiting().turn());
            taken.add(new Standing(next.waiting(), position));
            heads.remove(next);
            if (taken.size() < most) {
                behind(db, next, agedBefore).ifPresent(heads::add);
            }
        }
        moveOn(db, position, taken);
        return taken.stream().map(standing -> standing.head().id()).toList();
    }

    private static Comparator<Head> order(Map<CallerId, Double> hadUpto, double position) {
        return Comparator.comparing(head -> standing(head.waiting(), hadUpto, position), ORDER);
    }

    private static Standing standing(Waiting waiting, Map<CallerId, Double> hadUpto, double position) {
        return new Standing(waiting, Math.max(position, hadUpto.getOrDefault(waiting.caller(), 0.0)));
    }

    private static void moveOn(JdbcClient db, double position, List<Standing> taken) {
        if (taken.isEmpty()) {
            return;
        }
        db.sql("update line set position = ?").param(position).update();
        Map<CallerId, Double> hadUpto = new LinkedHashMap<>();
        taken.forEach(standing -> hadUpto.put(
                standing.head().caller(), standing.start() + standing.head().turn()));
        hadUpto.forEach(
                (caller, upto) -> db.sql("""
                    insert into share (caller, had_upto) values (?, ?)
                    on conflict (caller) do update set had_upto = excluded.had_upto
                    """).params(caller.value(), upto).update());
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

    /** The first of a caller's interactive ones, or of its batch ones, and what that caller has had. */
    private record Head(Waiting waiting, String priority, double hadUpto) {}

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
        return new ArrayList<>(db.sql(HEADS)
                .query((row, _) ->
                        new Head(waiting(row, agedBefore), row.getString("priority"), row.getDouble("had_upto")))
                .list());
    }

    /** Who stands right behind it. */
    private static Optional<Head> behind(JdbcClient db, Head head, Instant agedBefore) {
        return db.sql("""
            select id, caller, priority, created_at, expected_millis, weight from generation
            where status = 'queued' and caller = ? and priority = ? and id > ? order by id limit 1
            """)
                .params(
                        head.waiting().caller().value(),
                        head.priority(),
                        head.waiting().id().value())
                .query((row, _) -> new Head(waiting(row, agedBefore), head.priority(), head.hadUpto()))
                .optional();
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
                Pause.isOn(db));
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
        lines.values().forEach(line -> standings.add(standing(line.remove(), hadUpto, position)));
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
