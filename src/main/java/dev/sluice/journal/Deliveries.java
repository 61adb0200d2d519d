package dev.sluice.journal;

import dev.sluice.generation.GenerationId;
import dev.sluice.journal.Delivery.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The endings that have to be told to somebody. Every answer is committed, or ends in {@link JournalUnavailable}. */
public final class Deliveries {

    private final Store store;
    private final InstantSource clock;

    Deliveries(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Those of a generation, in the order of its endings: more than one after an {@code unknown} that was taken back. */
    public Mono<List<Delivery>> of(GenerationId id) {
        return store.read(db -> db.sql("select * from delivery where generation = ? order by sequence")
                .param(id.value())
                .query(Delivery::read)
                .list());
    }

    /** How many are still to be delivered. */
    public Mono<Integer> pending() {
        return store.read(db -> db.sql("select count(*) from delivery where state = 'pending'")
                .query(Integer.class)
                .single());
    }

    /**
     * Those that may be sent now, the one that has waited longest first.
     *
     * @param receivers that are passed over, each as {@link #receiver}
     * @param callers that are passed over
     * @param most at most as many
     */
    public Mono<List<Delivery>> due(Collection<String> receivers, Collection<String> callers, int most) {
        return store.read(db -> db.sql("""
            select * from delivery where state = 'pending' and next_at <= :now
            and caller || ' ' || host not in (:receivers) and caller not in (:callers) order by next_at limit :most
            """)
                .param("now", clock.millis())
                .param("receivers", orNone(receivers))
                .param("callers", orNone(callers))
                .param("most", most)
                .query(Delivery::read)
                .list());
    }

    /** SQL knows no empty list. */
    private static List<String> orNone(Collection<String> names) {
        return names.isEmpty() ? List.of("") : List.copyOf(names);
    }

    /** Who shares the bound on what is sent at a time: one that is slow holds up nobody else. */
    public static String receiver(Delivery delivery) {
        return delivery.caller() + " " + delivery.host();
    }

    /**
     * Takes it to be sent, and puts the next attempt off until then: of several that ask, one gets it, and a crash leaves
     * it to be sent again. Empty if somebody else has taken or settled it.
     */
    public Mono<Delivery> take(Delivery due, Duration unlessSettledWithin) {
        Instant next = clock.instant().plus(unlessSettledWithin);
        return store.<Optional<Delivery>>write(
                        db -> db.sql("""
                            update delivery set attempts = attempts + 1, next_at = :next
                            where generation = :generation and sequence = :sequence and state = 'pending'
                            and attempts = :attempts
                            """)
                                                .param("next", next.toEpochMilli())
                                                .param(
                                                        "generation",
                                                        due.ending()
                                                                .generation()
                                                                .value())
                                                .param("sequence", due.ending().sequence())
                                                .param("attempts", due.attempts())
                                                .update()
                                        == 0
                                ? Optional.empty()
                                : Optional.of(new Delivery(
                                        due.ending(),
                                        due.caller(),
                                        due.host(),
                                        due.url(),
                                        due.state(),
                                        due.endedAt(),
                                        due.attempts() + 1,
                                        due.lastAttempt(),
                                        next,
                                        null)),
                        _ -> {})
                .flatMap(Mono::justOrEmpty);
    }

    /**
     * Writes down what came of the attempt, unless a later one has begun meanwhile; answers whether it was written.
     *
     * @param nextAt when it is sent again; null if it is settled
     */
    public Mono<Boolean> settle(Delivery taken, State state, String lastAttempt, @Nullable Instant nextAt) {
        return store.write(
                db -> db.sql("""
                    update delivery set state = :state, last_attempt = :lastAttempt, next_at = :next,
                                        delivered_at = :deliveredAt
                    where generation = :generation and sequence = :sequence and state = 'pending'
                    and attempts = :attempts
                    """)
                                .param("state", state.word())
                                .param("lastAttempt", lastAttempt)
                                .param("next", nextAt == null ? null : nextAt.toEpochMilli())
                                .param("deliveredAt", state == State.DELIVERED ? clock.millis() : null)
                                .param("generation", taken.ending().generation().value())
                                .param("sequence", taken.ending().sequence())
                                .param("attempts", taken.attempts())
                                .update()
                        > 0,
                _ -> {});
    }
}
