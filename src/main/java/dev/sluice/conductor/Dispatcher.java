package dev.sluice.conductor;

import dev.sluice.capacity.Gate;
import dev.sluice.capacity.Gate.Permit;
import dev.sluice.capacity.Verdict;
import dev.sluice.journal.Claim;
import dev.sluice.journal.Hold;
import dev.sluice.journal.Journal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Claims queued generations, some at a time, while the gate lets submits go and the journal has one to give. Works when it
 * is woken, and once a second for the case that nobody did.
 */
final class Dispatcher {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int TICKS_A_SWEEP = 10;

    /** A claim is a turn and a sync of the disk, whatever its size; and a replica must leave something for the others. */
    private static final int MOST_AT_ONCE = 16;

    private final Gate gate;
    private final Journal journal;
    private final String owner;
    private final Claim claim;
    private final Mono<Boolean> probe;
    private final BiConsumer<Hold, Permit> submits;
    private final Sinks.Empty<Void> stop = Sinks.empty();

    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong begun = new AtomicLong();

    private volatile Runnable waker = () -> {};
    private final AtomicBoolean toldElsewhere = new AtomicBoolean();
    private volatile boolean gateWasShut;
    private volatile boolean stopping;

    /**
     * @param probe asks the upstream for something that is free, and tells whether it answers
     * @param submits begins the submit of a claimed generation, without waiting for its answer
     */
    Dispatcher(
            Gate gate,
            Journal journal,
            String owner,
            Claim claim,
            Mono<Boolean> probe,
            BiConsumer<Hold, Permit> submits) {
        this.gate = gate;
        this.journal = journal;
        this.owner = owner;
        this.claim = claim;
        this.probe = probe;
        this.submits = submits;
    }

    /** Works until {@link #stop()}, and ends after the claim that was under way: none is left without its submit. */
    Mono<Void> run() {
        Flux<Boolean> wakes = Flux.create(sink -> waker = () -> sink.next(true), FluxSink.OverflowStrategy.LATEST);
        Flux<Boolean> ticks = Flux.interval(TICK)
                .onBackpressureDrop()
                .filter(tick -> gateWasShut || toldElsewhere.getAndSet(false) || tick % TICKS_A_SWEEP == 0)
                .map(_ -> true);
        return Flux.merge(wakes, ticks)
                .takeUntilOther(stop.asMono())
                .onBackpressureLatest() // many wakes while one run is under way are one more run
                .publishOn(Schedulers.parallel(), 1)
                .concatMap(_ -> claimAllThatMayGo(), 0)
                .then();
    }

    /** No claim begins after this. */
    void stop() {
        stopping = true;
        stop.tryEmitEmpty();
    }

    /** There may be something to claim. */
    void wake() {
        waker.run();
    }

    /**
     * There may be something to claim that another replica has begun to claim already: at the next tick. Otherwise all of
     * them would wait for their turns at each event, and all but one for nothing.
     */
    void wakeSoon() {
        toldElsewhere.set(true);
    }

    private Mono<Void> claimAllThatMayGo() {
        return Mono.defer(() -> journal.claimable(claim, MOST_AT_ONCE))
                .flatMap(this::claimSome)
                .repeat()
                .takeWhile(claimed -> claimed && !stopping)
                .then()
                .onErrorResume(e -> {
                    log.warn("Nothing could be claimed, tried again in a second: {}", e.toString());
                    return Mono.empty();
                });
    }

    /** Answers whether anything was claimed: then there may be more. Permits are asked for when there is a use for them. */
    private Mono<Boolean> claimSome(int most) {
        List<Permit> permits = permits(most);
        gateWasShut = permits.size() < most;
        return permits.isEmpty()
                ? Mono.just(false)
                : permits.getFirst().isProbe() ? probeWith(permits.getFirst()) : claimWith(permits);
    }

    private List<Permit> permits(int most) {
        List<Permit> permits = new ArrayList<>();
        boolean mayBeMore = true;
        while (mayBeMore && permits.size() < most) {
            Optional<Permit> permit = gate.ask();
            permit.ifPresent(permits::add);
            mayBeMore = permit.filter(it -> !it.isProbe()).isPresent();
        }
        return permits;
    }

    /** A submit costs money, a question costs nothing: while the upstream is away nothing is claimed to find that out. */
    private Mono<Boolean> probeWith(Permit permit) {
        return probe.flatMap(answers -> answers ? claimWith(List.of(permit)) : unanswered(permit))
                .switchIfEmpty(Mono.fromSupplier(() -> {
                    permit.giveBack();
                    return false;
                }))
                .doOnError(_ -> permit.giveBack());
    }

    private static Mono<Boolean> unanswered(Permit permit) {
        permit.settle(new Verdict.Unreachable());
        return Mono.just(false);
    }

    /**
     * How many claims have begun so far; empty while one is under way. The same number twice means that in between
     * everything that was claimed had been handed on to its submit.
     */
    OptionalLong claimsBegun() {
        return underWay.get() == 0 ? OptionalLong.of(begun.get()) : OptionalLong.empty();
    }

    private Mono<Boolean> claimWith(List<Permit> permits) {
        underWay.incrementAndGet();
        begun.incrementAndGet();
        return journal.claimNext(owner, claim, permits.size())
                .collectList()
                .doOnNext(holds -> {
                    for (int i = 0; i < holds.size(); i++) {
                        submits.accept(holds.get(i), permits.get(i));
                    }
                    permits.subList(holds.size(), permits.size()).forEach(Permit::giveBack);
                })
                .map(holds -> !holds.isEmpty())
                .doOnError(_ -> permits.forEach(Permit::giveBack))
                .doFinally(_ -> underWay.decrementAndGet());
    }
}
