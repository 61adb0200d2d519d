package dev.sluice.conductor;

import dev.sluice.capacity.Gate;
import dev.sluice.capacity.Learning;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Rejected;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.journal.Claim;
import dev.sluice.journal.Hint;
import dev.sluice.journal.Journal;
import dev.sluice.tracing.Traces;
import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.Upstream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Sees every generation to its ending. The life of a generation hangs on nothing but this: callers may come and go.
 *
 * <p>Stopping ends the claiming at once and waits for the submits that are on their way, since their answers cost money;
 * pollers are let go, and what this process owns is given back: others, or the next process, take it up.
 */
public final class Conductor implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Conductor.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final int SWEEPS_A_ROUND = 10;

    private final Journal journal;
    private final Gate gate;
    private final Pollers pollers;
    private final ConductorMeters meters;
    private final Learning learning;
    private final Traces traces;
    private final Duration pollInterval;
    private final String owner;
    private final Ownership ownership;
    private final Submits submits;
    private final Dispatcher dispatcher;

    private final Disposable.Composite background = Disposables.composite();
    private CompletableFuture<@Nullable Void> dispatching = CompletableFuture.completedFuture(null);
    private volatile boolean running;
    private volatile boolean stopping;

    Conductor(
            Journal journal,
            Upstream upstream,
            Gate gate,
            GuardedPolls polls,
            Polling polling,
            Claim claim,
            Learning learning,
            ConductorMeters meters,
            UpstreamMeters outcomes,
            CreditMeters credits,
            Traces traces,
            Scheduler timer) {
        PatientJournal patient = new PatientJournal(journal);
        this.journal = journal;
        this.gate = gate;
        this.meters = meters;
        this.learning = learning;
        this.traces = traces;
        this.owner = journal.owner();
        this.pollInterval = polling.interval();
        this.pollers = new Pollers(new Poller(
                generation -> traces.poll(
                                generation.id(),
                                polls.poll(generation.upstreamId().orElseThrow()),
                                PollOutcome::word)
                        .doOnNext(outcomes::polled),
                patient::append,
                (generation, tally) -> {
                    outcomes.polledToItsEnd(tally);
                    generation
                            .acceptedAt()
                            .flatMap(tally::sighting)
                            .ifPresent(it -> learning.ended(generation.request().selectedModel(), it));
                },
                polling,
                new PollPlans(polling, learning::spread),
                timer));
        this.ownership = new Ownership(journal, upstream.longestSubmit(), pollers, meters);
        this.submits =
                new Submits(upstream, patient, meters, outcomes, credits, learning, traces, owner, journal::maySubmit);
        this.dispatcher = new Dispatcher(
                gate,
                journal,
                owner,
                claim,
                upstream.isAnswering(),
                (hold, permit) -> submits.begin(hold, permit, pollers::poll));
        outcomes.polling(() -> pollers.ids().size());
    }

    /** What a dead process left is taken up before anything is claimed, put back or swept: however often it must be tried. */
    @Override
    public void start() {
        running = true;
        dispatching = pauseIfRestored()
                .then(ownership.takeUpWhatTheDeadLeft())
                .doOnError(e -> log.error("What was under way cannot be taken up yet, tried again: {}", e.toString()))
                .retryWhen(untilStopped())
                .then(learning.takeUp(pollInterval).doOnNext(meters::learnt).retryWhen(untilStopped()))
                .doOnNext(_ -> background.add(sweeping()))
                .then(Mono.defer(dispatcher::run))
                .toFuture();
    }

    private Mono<Void> pauseIfRestored() {
        return journal.pauseIfRestored()
                .filter(restored -> restored)
                .doOnNext(_ -> log.warn("Nothing is submitted, since sluice.store.restored is set: decide about what is"
                        + " queued at /actuator/restored, then take the setting away"))
                .then();
    }

    private Retry untilStopped() {
        return Retry.fixedDelay(Long.MAX_VALUE, SWEEP).filter(_ -> !stopping);
    }

    /** Side by side: who owns what must not wait for a turn, which somebody may hold who is paused, or dead. */
    private Disposable sweeping() {
        return Disposables.composite(every(this::settleWhoOwnsWhat), every(_ -> sweep()));
    }

    private static Disposable every(Function<Long, Mono<Void>> sweep) {
        return Flux.interval(SWEEP).onBackpressureDrop().concatMap(sweep, 0).subscribe();
    }

    /** To be called whenever a generation has moved: a place at the upstream, or somebody for it, may have appeared. */
    void moved(Generation generation) {
        if (generation.status() == Status.QUEUED || generation.status() == Status.OVERDUE || generation.hasEnded()) {
            dispatcher.wake();
        }
    }

    /** The upstream's key was changed: what waits for it is tried at once. */
    void keyChanged() {
        gate.keyChanged();
        dispatcher.wake();
    }

    /** Another replica has recorded something: what it frees or queues may be for this one to submit. */
    void movedElsewhere(Hint hint) {
        if (hint.status().hasEnded()) {
            traces.forget(hint.generation());
        }
        if (hint.status() == Status.QUEUED
                || hint.status() == Status.OVERDUE
                || hint.status().hasEnded()) {
            dispatcher.wakeSoon();
        }
    }

    /** Letting go comes first, since somebody else may be polling already. */
    private Mono<Void> settleWhoOwnsWhat(long tick) {
        boolean isDue = tick % SWEEPS_A_ROUND == 0 || ownership.mayHaveChanged();
        return step(isDue ? ownership.pollWhatIsOurs() : Mono.empty()).then(step(ownership.takeUpWhatTheDeadLeft()));
    }

    private Mono<Void> sweep() {
        return Flux.concat(
                        step(journal.endWaitsThatAreOver(Conductor::waitedTooLong)),
                        step(Mono.defer(this::putBackUnsent)),
                        step(journal.forgetWhatIsOld()),
                        step(journal.open().doOnNext(meters::counted)),
                        step(journal.isPaused().doOnNext(meters::pausing)))
                .then();
    }

    /** One step that fails keeps no other from being taken. */
    private static Mono<Void> step(Mono<?> step) {
        return step.then().onErrorResume(e -> {
            log.warn("A step of the sweep failed and is tried again: {}", e.toString());
            return Mono.empty();
        });
    }

    /**
     * A claim that was committed though its commit was answered with an error stands in the log, and nobody submits it.
     * What is submitting without being on its way was never sent, if no claim was between its commit and its submit
     * meanwhile: the order of the questions is the point.
     */
    private Mono<Void> putBackUnsent() {
        OptionalLong before = dispatcher.claimsBegun();
        Set<GenerationId> onTheirWay = submits.onTheirWay();
        return journal.submitting(owner)
                .filter(_ -> before.isPresent() && dispatcher.claimsBegun().equals(before))
                .flatMapIterable(claimed -> claimed)
                .filter(hold -> !onTheirWay.contains(hold.id()))
                .concatMap(hold -> journal.append(hold, new Queued(null)))
                .then();
    }

    private static GenerationEvent waitedTooLong(Generation generation) {
        return new Rejected(new Problem(
                ProblemType.WAITED_TOO_LONG,
                "No place at the image API came free in the time allowed%s. Nothing was charged; ask again later."
                        .formatted(generation
                                .returnedFor()
                                .map(why -> " (last it waited for: " + why.word() + ")")
                                .orElse(""))));
    }

    @Override
    public void stop(Runnable whenDone) {
        stopping = true;
        dispatcher.stop();
        Mono.fromFuture(dispatching)
                .onErrorComplete()
                .then(Mono.defer(submits::settled))
                .then(Mono.fromRunnable(pollers::end))
                .then(journal.leave())
                .doFinally(_ -> {
                    background.dispose();
                    running = false;
                    whenDone.run();
                })
                .subscribe();
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
