package dev.sluice.journal;

import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Cancelled;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Submitting;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Recorded;
import dev.sluice.generation.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Changes owners: by claim, by adoption after a death, and by an answer that comes after its owner was given up. */
final class Takeover {

    /** A submit may have begun just before its owner's lease was half gone, and its answer may be on its way to the log. */
    private static final int LEASES_OF_GRACE = 2;

    private Takeover() {}

    /** A higher epoch: whoever held it before holds nothing now. Empty if that is who asks. */
    static Optional<Hold> own(JdbcClient db, Hold hold, String owner) {
        long higher = hold.epoch() + 1;
        int hit = db.sql("update generation set epoch = ?, owner = ? where id = ? and sequence = ? and epoch = ?")
                .params(higher, owner, hold.id().value(), hold.generation().sequence(), hold.epoch())
                .update();
        return hit == 0 ? Optional.empty() : Optional.of(new Hold(hold.generation(), higher));
    }

    /**
     * The same for those that are still queued, and records in the same stroke that their submits begin: two statements,
     * however many they are. To be called in the turn of the queue, in which nothing comes back to it: what is queued there
     * is so under the same epoch, or was withdrawn.
     */
    static List<Hold> claim(JdbcClient db, List<Hold> queued, String owner, Instant now) {
        if (queued.isEmpty()) {
            return List.of();
        }
        Set<String> hit = db.sql("""
            update generation set status = 'submitting', sequence = sequence + 1, epoch = epoch + 1, owner = :owner
            where id in (:ids) and status = 'queued' returning id
            """)
                .param("owner", owner)
                .param("ids", ids(queued))
                .query((row, _) -> row.getString("id"))
                .set();
        List<Hold> claimed = queued.stream()
                .filter(hold -> hit.contains(hold.id().value()))
                .map(hold -> begun(hold, now))
                .toList();
        if (!claimed.isEmpty()) {
            db.sql("""
                insert into event (generation, sequence, at, status, body)
                select id, sequence, :at, status, :body from generation where id in (:ids)
                """)
                    .param("at", now.toEpochMilli())
                    .param("body", EventText.of(new Submitting()))
                    .param("ids", ids(claimed))
                    .update();
        }
        return claimed;
    }

    private static Hold begun(Hold queued, Instant now) {
        Generation generation = queued.generation();
        return new Hold(
                generation.after(new Recorded(queued.id(), generation.sequence() + 1, now, new Submitting())),
                queued.epoch() + 1);
    }

    private static List<String> ids(List<Hold> holds) {
        return holds.stream().map(hold -> hold.id().value()).toList();
    }

    /** What was adopted, and whether that moved it: a submit of the dead has an outcome now. */
    record Adopted(Hold hold, boolean hasMoved) {}

    /**
     * What a process that is dead now has left under way, a submit only once its answer cannot come any more; and what was
     * queued for a request that died with it.
     */
    static List<Hold> leftByTheDead(JdbcClient db, String owner, Lease lease, Duration longestSubmit) {
        long deadBefore = lease.deadBefore(db);
        Duration grace = longestSubmit.plus(lease.length().multipliedBy(LEASES_OF_GRACE));
        List<Hold> left = new ArrayList<>(Rows.where(
                db,
                """
                g.status in ('submitting', 'processing', 'overdue') and g.owner <> :owner
                and not exists (select 1 from replica r where r.id = g.owner and r.lease_until >
                                case g.status when 'submitting' then :submitsBefore else :before end)
                """,
                Map.of(
                        "owner", owner,
                        "before", deadBefore,
                        "submitsBefore", Math.max(0, deadBefore - grace.toMillis()))));
        left.addAll(Rows.where(db, """
            g.status = 'queued' and g.held_by is not null and g.held_by <> :owner
            and not exists (select 1 from replica r where r.id = g.held_by and r.lease_until > :before)
            """, Map.of("owner", owner, "before", deadBefore)));
        return left;
    }

    static List<Adopted> adopt(
            JdbcClient db,
            List<Hold> left,
            String owner,
            Function<Generation, GenerationEvent> lostAnswer,
            Instant now) {
        return left.stream()
                .flatMap(hold -> own(db, hold, owner).stream())
                .map(hold -> whatBecameOf(db, hold, lostAnswer)
                        .flatMap(event -> Rows.append(db, hold, event, now))
                        .map(moved -> new Adopted(moved, true))
                        .orElseGet(() -> new Adopted(hold, false)))
                .toList();
    }

    /** What can be told of it now that its owner is dead; empty if it simply goes on. */
    private static Optional<GenerationEvent> whatBecameOf(
            JdbcClient db, Hold left, Function<Generation, GenerationEvent> lostAnswer) {
        return switch (left.generation().status()) {
            case QUEUED -> Optional.of(new Cancelled());
            case SUBMITTING -> Optional.of(outcome(db, left, lostAnswer));
            case PROCESSING, OVERDUE, COMPLETED, FAILED, REJECTED, CANCELLED, UNKNOWN, TIMED_OUT -> Optional.empty();
        };
    }

    private static GenerationEvent outcome(
            JdbcClient db, Hold submitting, Function<Generation, GenerationEvent> lostAnswer) {
        return db.sql("""
            select upstream_id, credits_used, credits_remaining, answer from receipt
            where generation = ? and upstream_id is not null limit 1
            """)
                .param(submitting.id().value())
                .query((row, _) -> (GenerationEvent) new Processing(
                        row.getString("upstream_id"),
                        Rows.longOrNull(row, "credits_used"),
                        Rows.longOrNull(row, "credits_remaining"),
                        row.getString("answer")))
                .optional()
                .orElseGet(() -> lostAnswer.apply(submitting.generation()));
    }

    /** Nobody foresees an answer any more once a generation is unknown; if it turns up after all, it counts. */
    static Optional<Hold> takeBackFromUnknown(
            JdbcClient db, GenerationId id, GenerationEvent late, String owner, Instant now) {
        return late instanceof Processing
                ? Rows.one(db, id)
                        .filter(hold -> hold.generation().status() == Status.UNKNOWN)
                        .flatMap(hold -> own(db, hold, owner))
                        .flatMap(hold -> Rows.append(db, hold, late, now))
                : Optional.empty();
    }
}
