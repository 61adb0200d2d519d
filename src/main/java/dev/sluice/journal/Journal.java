package dev.sluice.journal;

import dev.sluice.generation.BatchId;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Cancelled;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The log of all generations. What it answers is committed; what it could not do ends in {@link JournalUnavailable} and
 * has not happened. Every operation is lazy and runs on the store's own threads; cancel does not undo what has begun.
 */
public final class Journal extends Readings {

    private final Keeping keeping;
    private final Acceptance acceptance;
    private final boolean restored;
    private final List<Consumer<Generation>> listeners = new CopyOnWriteArrayList<>();

    Journal(Store store, InstantSource clock, Keeping keeping) {
        this(store, clock, keeping, false);
    }

    /** @param restored whether the log is a restored backup */
    Journal(Store store, InstantSource clock, Keeping keeping, boolean restored) {
        super(store, clock);
        this.restored = restored;
        this.keeping = keeping;
        this.acceptance = new Acceptance(store, keeping.idempotency().keep());
    }

    /**
     * Calls the listener with every generation as it stands after each event that this process commits, on the store's
     * thread and as a rule in the order of each log: it must be quick and must not throw. A hint, not the truth: what
     * matters is read again.
     */
    public void onCommit(Consumer<Generation> listener) {
        listeners.add(listener);
    }

    /**
     * Calls the listener with what other replicas have committed; it must be quick. A hint, and not every one arrives: who
     * depends on it looks for itself now and then.
     */
    public void onCommitElsewhere(Consumer<Hint> listener) {
        store.onHint(listener);
    }

    /**
     * Accepts generations, all of them or none: from here on each has one life, whoever watches. The same key and body as
     * before give what they gave before. Ends in {@link RoomFull}, {@link QuotaExceeded} or {@link KeyReused} when nothing
     * was accepted.
     */
    public Mono<Accepted> open(Opening opening) {
        return store.write(Turn.ROOM, db -> acceptance.open(db, opening, now()), accepted -> {
            if (accepted.isNew()) {
                accepted.generations().forEach(this::tell);
            }
        });
    }

    /** How many may be claimed now, as far as one can tell without its turn; that many at most are counted. */
    public Mono<Integer> claimable(Claim claim, int most) {
        return !maySubmit()
                ? Mono.just(0)
                : store.read(db -> Pause.isOn(db)
                        ? 0
                        : Math.min(
                                Rows.queued(db, most),
                                Limits.left(db, claim, now()).places()));
    }

    /**
     * Takes the generations that are next in the {@link Line}, that many at most and no more than the learnt limit leaves
     * room for, and records that their submits begin: all in one turn and one commit. Empty if there is none to take.
     */
    public Flux<Hold> claimNext(String owner, Claim claim, int most) {
        return !maySubmit()
                ? Flux.empty()
                : store.write(
                                Turn.QUEUE,
                                db -> !store.hasRoom() || Pause.isOn(db)
                                        ? List.<Hold>of()
                                        : take(db, owner, claim, most),
                                claimed -> claimed.forEach(hold -> tell(hold.generation())))
                        .flatMapIterable(claimed -> claimed);
    }

    private List<Hold> take(JdbcClient db, String owner, Claim claim, int most) {
        Limits.Left left = Limits.left(db, claim, now());
        if (left.places() == 0) {
            return List.of();
        }
        if (left.isTrial()) {
            Limits.tried(db, now());
        }
        List<GenerationId> next = Line.takeNext(db, now().minus(claim.batchPatience()), Math.min(most, left.places()));
        return Takeover.claim(db, Rows.inThatOrder(db, next), owner, now());
    }

    /**
     * The secret that the log keeps under that name for all replicas. The first that anybody brings stays.
     *
     * @param fresh what it shall be if there is none yet
     */
    public Mono<String> secret(String name, String fresh) {
        return store.<Optional<String>>read(db -> Secrets.find(db, name))
                .flatMap(Mono::justOrEmpty)
                .switchIfEmpty(store.write(db -> Secrets.keep(db, name, fresh, now()), _ -> {}));
    }

    /** Lets an answer to a submit change the limit of tasks in flight; answers what it is now. */
    public Mono<Limit> learn(Limit initial, Limit.Lesson lesson) {
        return store.<Optional<Limit>>read(db -> Limits.whatStays(db, lesson))
                .flatMap(Mono::justOrEmpty)
                .switchIfEmpty(store.write(Turn.QUEUE, db -> Limits.learn(db, initial, lesson), _ -> {}));
    }

    /**
     * Appends, unless something else was appended or somebody else has adopted it since: then empty, and nothing written.
     * What would be queued again and was withdrawn meanwhile is cancelled.
     */
    public Mono<Hold> append(Hold hold, GenerationEvent event) {
        return event instanceof Queued
                ? writeHold(
                        Turn.QUEUE,
                        db -> Rows.append(db, hold, isWithdrawn(db, hold.id()) ? new Cancelled() : event, now()))
                : writeHold(db -> Rows.append(db, hold, event, now()));
    }

    private static boolean isWithdrawn(JdbcClient db, GenerationId id) {
        return db.sql("select withdrawn from generation where id = ?")
                        .param(id.value())
                        .query(Integer.class)
                        .single()
                == 1;
    }

    /**
     * The same, and keeps the upstream's answer to the submit, which is kept even if the event cannot be: and an answer
     * that says it was accepted takes a generation back from {@code unknown}, whoever owns it.
     */
    public Mono<Hold> append(Hold hold, GenerationEvent event, Receipt receipt) {
        return writeHold(db -> {
            db.sql("""
                insert into receipt (generation, at, upstream_id, credits_used, credits_remaining, answer)
                values (:id, :at, :upstreamId, :used, :remaining, :answer)
                """)
                    .param("id", hold.id().value())
                    .param("at", now().toEpochMilli())
                    .param("upstreamId", receipt.upstreamId() == null ? null : EventText.storable(receipt.upstreamId()))
                    .param("used", receipt.creditsUsed())
                    .param("remaining", receipt.creditsRemaining())
                    .param("answer", EventText.storable(receipt.answer()))
                    .update();
            return Rows.append(db, hold, event, now())
                    .or(() -> Takeover.takeBackFromUnknown(db, hold.id(), event, receipt.owner(), now()));
        });
    }

    /**
     * Withdraws a generation: one that is queued is cancelled; one whose submit is on its way is cancelled instead of
     * queued again, should the upstream turn out not to have taken it. Later it changes nothing. Answers the generation as
     * it stands then; empty if there is none.
     */
    public Mono<Generation> withdraw(GenerationId id) {
        return store.<Optional<Withdrawal>>write(
                        Turn.QUEUE,
                        db -> Rows.one(db, id).map(hold -> Withdrawal.of(db, hold, now())),
                        withdrawal -> withdrawal
                                .filter(Withdrawal::hasMoved)
                                .map(Withdrawal::now)
                                .ifPresent(this::tell))
                .flatMap(Mono::justOrEmpty)
                .map(Withdrawal::now);
    }

    /**
     * The same with all that were accepted together, at one moment: each is withdrawn by what it is then. Answers them in
     * the order of the request; empty if there are none that are this caller's.
     */
    public Mono<List<Generation>> withdraw(BatchId batch, CallerId caller) {
        return store.write(
                        Turn.QUEUE,
                        db -> Rows.ofBatch(db, batch, caller).stream()
                                .map(hold -> Withdrawal.of(db, hold, now()))
                                .toList(),
                        withdrawals -> withdrawals.stream()
                                .filter(Withdrawal::hasMoved)
                                .map(Withdrawal::now)
                                .forEach(this::tell))
                .map(withdrawals -> withdrawals.stream().map(Withdrawal::now).toList())
                .filter(generations -> !generations.isEmpty());
    }

    /** Ends those that have been queued for as long as they may, twenty at a time; answers how many. */
    public Mono<Integer> endWaitsThatAreOver(Function<Generation, GenerationEvent> ending) {
        return store.write(
                        Turn.QUEUE,
                        db ->
                                Rows.where(
                                                db,
                                                """
                                                g.id in (select id from generation where status = 'queued' and wait_until <= :now
                                                         and not %s order by wait_until limit 20)
                                                """.formatted(Restoration.IS_IN_DOUBT),
                                                Map.of("now", now().toEpochMilli()))
                                        .stream()
                                        .flatMap(hold ->
                                                Rows.append(db, hold, ending.apply(hold.generation()), now()).stream())
                                        .toList(),
                        ended -> ended.forEach(hold -> tell(hold.generation())))
                .map(List::size);
    }

    /**
     * Takes over what was under way when its owner died, with a higher epoch. A submit that was on its way is taken over
     * once no answer to it can come any more, and looked up in the receipts: with an upstream id there it is
     * {@code processing}.
     *
     * @param longestSubmit how long an answer to a submit is waited for
     * @param lostAnswer what a submit without a receipt ends as
     */
    public Mono<List<Hold>> adopt(
            String owner, Duration longestSubmit, Function<Generation, GenerationEvent> lostAnswer) {
        return store.read(db -> Takeover.leftByTheDead(db, owner, store.lease(), longestSubmit))
                .filter(left -> !left.isEmpty())
                .flatMap(left -> store.write(
                        db -> Takeover.adopt(db, left, owner, lostAnswer, now()),
                        adopted -> adopted.stream()
                                .filter(Takeover.Adopted::hasMoved)
                                .forEach(it -> tell(it.hold().generation()))))
                .map(adopted -> adopted.stream().map(Takeover.Adopted::hold).toList())
                .defaultIfEmpty(List.of());
    }

    /**
     * Keeps all submits back, on every replica, since the log was restored from a backup: what it says is queued may have
     * been submitted after that was taken. Does nothing if it was not restored; answers whether it was. To be called before
     * anything is claimed.
     */
    public Mono<Boolean> pauseIfRestored() {
        return !restored
                ? Mono.just(false)
                : store.write(
                        Turn.QUEUE,
                        db -> {
                            Restoration.begin(db, now());
                            return true;
                        },
                        _ -> {});
    }

    /** How many of those that were queued in the backup nobody has decided about; empty if submits are not kept back. */
    public Mono<Integer> restoration() {
        return store.<Optional<Integer>>read(
                        db -> Restoration.isUnderWay(db) ? Optional.of(Restoration.inDoubt(db)) : Optional.empty())
                .flatMap(Mono::justOrEmpty);
    }

    /** Ends one that was queued in the backup as {@code unknown}; empty if it was not. */
    public Mono<Generation> giveUp(GenerationId id) {
        return writeHold(Turn.QUEUE, db -> Restoration.giveUp(db, id, now())).map(Hold::generation);
    }

    /** Ends all that were queued in the backup as {@code unknown}, some at a time. */
    public Mono<Void> giveUpWhatIsInDoubt() {
        return store.write(
                        Turn.QUEUE,
                        db -> Restoration.giveUpTheOldest(db, Housekeeping.AT_ONCE, now()),
                        given -> given.forEach(hold -> tell(hold.generation())))
                .repeat()
                .takeUntil(List::isEmpty)
                .then();
    }

    /** A restored log keeps no submits back any more: what is still queued is submitted. */
    public Mono<Void> release() {
        return store.write(
                        Turn.QUEUE,
                        db -> {
                            Restoration.end(db);
                            return true;
                        },
                        _ -> {})
                .then();
    }

    /**
     * Keeps all submits back, on every replica, until {@link #resume()}: once this has answered nothing is claimed. What is
     * under way goes on.
     *
     * @param by who asks for it
     * @param why what for
     */
    public Mono<Pause> pause(String by, String why) {
        return store.write(Turn.QUEUE, db -> Pause.begin(db, by, why, now()), _ -> {});
    }

    /** Ends the pause that an operator asked for; answers what it was, empty if there was none. */
    public Mono<Pause> resume() {
        return store.<Optional<Pause>>write(
                        Turn.QUEUE,
                        db -> {
                            Optional<Pause> pause = Pause.find(db);
                            Pause.end(db);
                            return pause;
                        },
                        _ -> {})
                .flatMap(Mono::justOrEmpty);
    }

    /** Under which name this process owns generations; another one at each start. */
    public String owner() {
        return store.lease().owner();
    }

    /** Whether a submit that begins now has an outcome before others may take this process for dead. */
    public boolean maySubmit() {
        return store.lease().isFresh();
    }

    /** Another number each time others may have taken this process for dead, and have what it owned. */
    public long term() {
        return store.lease().term();
    }

    /** Gives back what this process owns, so that others take it over at once. Nothing is claimed any more. */
    public Mono<Void> leave() {
        return Mono.<Void>fromRunnable(store.lease()::giveBack).subscribeOn(Schedulers.boundedElastic());
    }

    /** Lets go of endings and keys that are older than they are kept, a hundred at a time; answers how many endings. */
    public Mono<Integer> forgetWhatIsOld() {
        return store.write(
                Turn.QUEUE,
                db -> Housekeeping.forget(
                        db,
                        now().minus(keeping.retention()),
                        now().minus(keeping.idempotency().keep()),
                        store.lease().deadBefore(db)),
                _ -> {});
    }

    /** Removes what its owner wrote and got from a generation that has ended. Empty, and nothing done, if it has not. */
    public Mono<GenerationId> erase(GenerationId id) {
        return store.<Optional<GenerationId>>write(
                        db -> Rows.one(db, id)
                                .map(Hold::generation)
                                .filter(Generation::hasEnded)
                                .map(ended -> {
                                    Housekeeping.erase(db, ended);
                                    return id;
                                }),
                        _ -> {})
                .flatMap(Mono::justOrEmpty);
    }

    private Mono<Hold> writeHold(Store.Work<Optional<Hold>> work) {
        return store.write(work, written -> written.map(Hold::generation).ifPresent(this::tell))
                .flatMap(Mono::justOrEmpty);
    }

    private Mono<Hold> writeHold(Turn turn, Store.Work<Optional<Hold>> work) {
        return store.write(turn, work, written -> written.map(Hold::generation).ifPresent(this::tell))
                .flatMap(Mono::justOrEmpty);
    }

    private void tell(Generation generation) {
        listeners.forEach(listener -> listener.accept(generation));
        store.tellOthers(new Hint(generation.id(), generation.sequence(), generation.status()));
    }
}
