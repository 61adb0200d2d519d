package dev.sluice.journal;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.BatchId;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What can be read of the log: what is committed, whoever committed it. */
abstract sealed class Readings permits Journal {

    final Store store;
    private final InstantSource clock;

    Readings(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** What that owner has to poll. */
    public Mono<List<Hold>> underWay(String owner) {
        return store.read(db ->
                Rows.where(db, "g.status in ('processing', 'overdue') and g.owner = :owner", Map.of("owner", owner)));
    }

    /** What that owner has claimed and not yet written an outcome for. */
    public Mono<List<Hold>> submitting(String owner) {
        return store.read(db -> Rows.where(db, "g.status = 'submitting' and g.owner = :owner", Map.of("owner", owner)));
    }

    /** The generation; empty if there is none. */
    public Mono<Generation> find(GenerationId id) {
        return store.read(db -> Rows.one(db, id).map(Hold::generation)).flatMap(Mono::justOrEmpty);
    }

    /** The generation, if it is that caller's: what belongs to somebody else is as empty as what does not exist. */
    public Mono<Generation> find(GenerationId id, CallerId caller) {
        return find(id).filter(generation -> generation.caller().equals(caller));
    }

    /** The generation that the upstream knows by that id, whoever's it is. */
    public Mono<Generation> findByUpstreamId(String upstreamId) {
        return store.read(db -> Rows.where(db, "g.upstream_id = :upstreamId", Map.of("upstreamId", upstreamId)).stream()
                        .map(Hold::generation)
                        .findFirst())
                .flatMap(Mono::justOrEmpty);
    }

    /** The same, if it is that caller's. */
    public Mono<Generation> findByUpstreamId(String upstreamId, CallerId caller) {
        return findByUpstreamId(upstreamId)
                .filter(generation -> generation.caller().equals(caller));
    }

    /**
     * The caller's generations, newest first.
     *
     * @param statuses only those that stand at one of these; all if empty
     * @param before only those older than this one
     * @param most at most as many
     */
    public Mono<Page> list(CallerId caller, Collection<Status> statuses, @Nullable GenerationId before, int most) {
        return store.read(db -> Page.read(db, caller, statuses, before, most));
    }

    /** The generations that were accepted together under that id, in the order of the request, if they are that caller's. */
    public Mono<List<Generation>> findBatch(BatchId batch, CallerId caller) {
        return store.read(db -> Rows.ofBatch(db, batch, caller).stream()
                        .map(Hold::generation)
                        .toList())
                .filter(generations -> !generations.isEmpty());
    }

    /** Those of the generations that exist and are that caller's, in the order of their ids. */
    public Mono<List<Generation>> findAll(Collection<GenerationId> ids, CallerId caller) {
        return store.read(db -> Rows.where(
                        db,
                        "g.id in (:ids) and g.caller = :caller",
                        Map.of("ids", ids.stream().map(GenerationId::value).toList(), "caller", caller.value()))
                .stream()
                .map(Hold::generation)
                .toList());
    }

    /** The waiting room as it stands, with at most as many of those who wait. */
    public Mono<Room> room(int most, Duration batchPatience) {
        return store.read(db -> Line.room(db, most, now().minus(batchPatience)));
    }

    /** How much of its quotas the caller has left. */
    public Mono<Quota> quota(CallerId caller, Allowance allowance) {
        return store.read(db -> Quota.of(db, caller, allowance, now()));
    }

    /** How long the newest completed generations of each model had a task's place, at most as many of each. */
    public Mono<List<Took>> durations(int mostOfEach) {
        return store.read(db -> Took.newest(db, mostOfEach));
    }

    /** The generations among these ids that are not that caller's, in the order given: none of them exists for it. */
    public Mono<List<GenerationId>> missing(Collection<GenerationId> ids, CallerId caller) {
        return (ids.isEmpty() ? Mono.just(List.<Generation>of()) : findAll(ids, caller))
                .map(found -> found.stream().map(Generation::id).collect(Collectors.toSet()))
                .map(found -> ids.stream().filter(id -> !found.contains(id)).toList());
    }

    /** How many stand at each status that is no ending; those at which none stands are left out. */
    public Mono<Map<Status, Integer>> open() {
        return store.read(Rows::open);
    }

    /** The generations that ended last, the newest ending first, at most as many. */
    public Mono<List<Generation>> newestEndings(int most) {
        return store.read(db -> Rows.where(
                        db,
                        "g.id in (select id from generation where finished_at is not null order by finished_at desc"
                                + " limit :most)",
                        Map.of("most", most))
                .stream()
                .map(Hold::generation)
                .sorted(Comparator.comparing((Generation ended) -> ended.last().at())
                        .reversed())
                .toList());
    }

    /** The pause that an operator asked for; empty if submits are not kept back, or only since the log was restored. */
    public Mono<Pause> pause() {
        return store.read(Pause::find).flatMap(Mono::justOrEmpty);
    }

    /** Whether submits are kept back, for whatever reason. */
    public Mono<Boolean> isPaused() {
        return store.read(Pause::isOn);
    }

    public Mono<Counts> counts() {
        return store.read(db -> new Counts(Rows.queued(db), Rows.inFlight(db)));
    }

    /** The log keeps milliseconds; what is told right after a commit must not know more than what is read later. */
    final Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
