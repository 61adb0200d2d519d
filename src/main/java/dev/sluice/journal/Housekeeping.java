package dev.sluice.journal;

import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Cancelled;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Failed;
import dev.sluice.generation.GenerationEvent.Overdue;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Rejected;
import dev.sluice.generation.GenerationEvent.Submitting;
import dev.sluice.generation.GenerationEvent.TimedOut;
import dev.sluice.generation.GenerationEvent.Unknown;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Problem;
import dev.sluice.generation.Recorded;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Lets go of what need not, or must not, be kept any longer. */
final class Housekeeping {

    /** Small, so that nobody's commit waits long behind it. */
    static final int AT_ONCE = 100;

    private static final Duration DEAD_ARE_KNOWN_FOR = Duration.ofHours(1);

    private Housekeeping() {}

    /** Removes what ended, was bound or died before then; answers how many generations. */
    static int forget(JdbcClient db, Instant endedBefore, Instant boundBefore, long deadBefore) {
        db.sql("delete from idempotency_key where bound_at < ?")
                .param(boundBefore.toEpochMilli())
                .update();
        Line.forgetWhoIsAway(db);
        forgetTheDead(db, deadBefore);
        List<String> old = db.sql("""
            select id from generation where finished_at is not null and finished_at < ?
            order by finished_at limit ?
            """)
                .params(endedBefore.toEpochMilli(), AT_ONCE)
                .query((row, _) -> row.getString("id"))
                .list();
        if (!old.isEmpty()) {
            for (String table : List.of(
                    "event where generation",
                    "receipt where generation",
                    "delivery where generation",
                    "generation where id")) {
                db.sql("delete from " + table + " in (:old)").param("old", old).update();
            }
        }
        return old.size();
    }

    /** Who owns nothing any more: that nothing is known of it says that it is dead. */
    private static void forgetTheDead(JdbcClient db, long deadBefore) {
        db.sql("""
            delete from replica where lease_until <= ? and not exists (
                select 1 from generation g
                where g.owner = replica.id and g.status in ('submitting', 'processing', 'overdue'))
            """)
                .param(Math.max(0, deadBefore - DEAD_ARE_KNOWN_FOR.toMillis()))
                .update();
    }

    /** Removes what a person wrote and got, from everywhere, and keeps what it cost and when. */
    static void erase(JdbcClient db, Generation ended) {
        GenerationRequest request = ended.request();
        String nothing = EventText.of(new GenerationRequest(
                "", request.selectedModel(), request.referenceImages(), "{}", request.priority(), Map.of()));
        String id = ended.id().value();
        db.sql("update generation set request = ? where id = ?")
                .params(nothing, id)
                .update();
        db.sql("delete from delivery where generation = ?").param(id).update();
        db.sql("update receipt set answer = '' where generation = ?").param(id).update();
        for (Recorded recorded : ended.log()) {
            db.sql("update event set body = ? where generation = ? and sequence = ?")
                    .params(EventText.of(erased(recorded.event())), id, recorded.sequence())
                    .update();
        }
    }

    private static GenerationEvent erased(GenerationEvent event) {
        return switch (event) {
            case Processing it -> new Processing(it.upstreamId(), it.creditsUsed(), it.creditsRemaining(), "{}");
            case Completed _ -> new Completed(List.of(), "{}");
            case Failed it ->
                new Failed(erased(it.why()), it.upstreamId(), it.creditsUsed(), it.creditsRemaining(), "{}");
            case Rejected it -> new Rejected(erased(it.why()));
            case Queued _, Submitting _, Overdue _, Cancelled _, Unknown _, TimedOut _ -> event;
        };
    }

    /** The upstream's words may quote the prompt. */
    private static Problem erased(Problem why) {
        return new Problem(why.type(), "Erased by its owner");
    }
}
