package dev.sluice.journal;

import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Recorded;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Accepts generations: room, key, row and first event in one transaction, so that a refusal binds nothing. */
final class Acceptance {

    private final Store store;
    private final Duration keysAreKept;

    Acceptance(Store store, Duration keysAreKept) {
        this.store = store;
        this.keysAreKept = keysAreKept;
    }

    Accepted open(JdbcClient db, Opening opening, Instant now) {
        return boundBefore(db, opening, now)
                .map(generations -> new Accepted(
                        generations, Rows.batch(db, generations.getFirst().id()).orElse(null), null))
                .orElseGet(() -> openAnew(db, opening, now));
    }

    private record Bound(String fingerprint, GenerationId generation) {}

    /** What the key made, unless the key is old or all that it made ended without credits: then it is free. */
    private Optional<List<Generation>> boundBefore(JdbcClient db, Opening opening, Instant now) {
        Opening.Key key = opening.key();
        if (key == null) {
            return Optional.empty();
        }
        Optional<Bound> bound = db.sql("""
            select k.fingerprint, k.generation from idempotency_key k join generation first on first.id = k.generation
            where k.caller = ? and k.path = ? and k.key = ? and k.bound_at > ?
            and (first.status not in ('rejected', 'cancelled')
                 or exists (select 1 from generation g
                            where g.batch = first.batch and g.status not in ('rejected', 'cancelled')))
            """)
                .params(
                        opening.caller().value(),
                        key.path(),
                        key.key(),
                        now.minus(keysAreKept).toEpochMilli())
                .query((row, _) ->
                        new Bound(row.getString("fingerprint"), new GenerationId(row.getString("generation"))))
                .optional();
        if (bound.isPresent() && !bound.get().fingerprint().equals(key.fingerprint())) {
            throw new KeyReused();
        }
        return bound.map(it -> Rows.together(db, it.generation())).filter(made -> !made.isEmpty());
    }

    private Accepted openAnew(JdbcClient db, Opening opening, Instant now) {
        if (!store.hasRoom()) {
            throw new JournalUnavailable("Little room is left for the log: nothing new is accepted");
        }
        requirePlaces(db, opening);
        Quota quota = requireQuota(db, opening, now);
        List<Generation> opened = opening.items().stream()
                .map(item -> insert(db, opening, item, now))
                .toList();
        bind(db, opening, now);
        return new Accepted(opened, opening.batch(), quota);
    }

    private static void requirePlaces(JdbcClient db, Opening opening) {
        Opening.Outlook outlook = opening.outlook();
        if (Rows.queued(db) + opening.items().size() > opening.capacity()) {
            throw RoomFull.allTaken(opening.capacity(), outlook.drain());
        }
        opening.items().stream()
                .map(Opening.Item::waitAtMost)
                .filter(allowed ->
                        outlook.expectedWait() != null && outlook.expectedWait().compareTo(allowed) > 0)
                .findFirst()
                .ifPresent(allowed -> {
                    throw RoomFull.waitTooLong(Objects.requireNonNull(outlook.expectedWait()), allowed);
                });
    }

    private static Quota requireQuota(JdbcClient db, Opening opening, Instant now) {
        Quota before = Quota.of(db, opening.caller(), opening.allowance(), now);
        Quota after = before.after(
                opening.items().stream().mapToLong(Opening.Item::credits).sum());
        if (after.isExceeded()) {
            throw new QuotaExceeded(before);
        }
        return after;
    }

    /** Those of a batch are one request of their caller's, and have its number. */
    private Generation insert(JdbcClient db, Opening opening, Opening.Item item, Instant now) {
        Recorded first = new Recorded(item.id(), 1, now, new Queued(null));
        db.sql("""
            insert into generation (id, caller, request, priority, status, sequence, epoch, created_at, wait_until,
                                    batch, model, weight, expected_millis, credits, held_by, nth)
            values (:id, :caller, :request, :priority, 'queued', 1, 0, :createdAt, :waitUntil,
                    :batch, :model, :weight, :expected, :credits, :heldBy,
                    coalesce((select max(nth) from generation where batch = :batch),
                             (select max(nth) from generation where caller = :caller) + 1, 1))
            """)
                .param("id", item.id().value())
                .param("caller", opening.caller().value())
                .param("request", EventText.of(item.request()))
                .param("priority", item.request().priority().word())
                .param("createdAt", now.toEpochMilli())
                .param("waitUntil", now.plus(item.waitAtMost()).toEpochMilli())
                .param("batch", opening.batch() == null ? null : opening.batch().value())
                .param("model", Objects.requireNonNullElse(item.request().selectedModel(), ""))
                .param("weight", opening.allowance().weight())
                .param("expected", item.expected().toMillis())
                .param("credits", item.credits())
                .param("heldBy", item.isHeld() ? store.lease().owner() : null)
                .update();
        Rows.insert(db, first);
        return new Generation(item.id(), opening.caller(), item.request(), List.of(first));
    }

    private static void bind(JdbcClient db, Opening opening, Instant now) {
        Opening.Key key = opening.key();
        if (key != null) {
            db.sql("delete from idempotency_key where caller = ? and path = ? and key = ?")
                    .params(opening.caller().value(), key.path(), key.key())
                    .update();
            db.sql("""
                insert into idempotency_key (caller, path, key, fingerprint, generation, bound_at)
                values (?, ?, ?, ?, ?, ?)
                """)
                    .params(
                            opening.caller().value(),
                            key.path(),
                            key.key(),
                            key.fingerprint(),
                            opening.items().getFirst().id().value(),
                            now.toEpochMilli())
                    .update();
        }
    }
}
