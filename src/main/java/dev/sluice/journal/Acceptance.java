package dev.sluice.journal;

import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Recorded;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    /** What was accepted, now or before under the same key. */
    record Opened(Generation generation, boolean isNew) {}

    Opened open(JdbcClient db, Opening opening, Instant now) {
        return boundBefore(db, opening, now)
                .map(generation -> new Opened(generation, false))
                .orElseGet(() -> new Opened(openAnew(db, opening, now), true));
    }

    private record Bound(String fingerprint, GenerationId generation) {}

    /** The generation that the key made, unless the key is old or its generation ended without credits: then it is free. */
    private Optional<Generation> boundBefore(JdbcClient db, Opening opening, Instant now) {
        Opening.Key key = opening.key();
        if (key == null) {
            return Optional.empty();
        }
        Optional<Bound> bound = db.sql("""
            select k.fingerprint, k.generation from idempotency_key k join generation g on g.id = k.generation
            where k.caller = ? and k.path = ? and k.key = ? and k.bound_at > ?
            and g.status not in ('rejected', 'cancelled')
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
        return bound.flatMap(it -> Rows.one(db, it.generation())).map(Hold::generation);
    }

    private Generation openAnew(JdbcClient db, Opening opening, Instant now) {
        if (!store.hasRoom()) {
            throw new JournalUnavailable("Little room is left for the log: nothing new is accepted");
        }
        if (Rows.queued(db) >= opening.capacity()) {
            throw new RoomFull(opening.capacity());
        }
        Recorded first = new Recorded(opening.id(), 1, now, new Queued(null));
        db.sql("""
            insert into generation (id, caller, request, priority, status, sequence, epoch, created_at, wait_until)
            values (?, ?, ?, ?, 'queued', 1, 0, ?, ?)
            """)
                .params(
                        opening.id().value(),
                        opening.caller().value(),
                        EventText.of(opening.request()),
                        opening.request().priority().word(),
                        now.toEpochMilli(),
                        now.plus(opening.waitAtMost()).toEpochMilli())
                .update();
        Rows.insert(db, first);
        bind(db, opening, now);
        return new Generation(opening.id(), opening.caller(), opening.request(), List.of(first));
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
                            opening.id().value(),
                            now.toEpochMilli())
                    .update();
        }
    }
}
