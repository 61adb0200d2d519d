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
import dev.sluice.journal.Hold;
import dev.sluice.journal.Journal;
import dev.sluice.upstream.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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
 * pollers are let go, and taken up again by the next process.
 */
public final class Conductor implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Conductor.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final int SWEEPS_A_ROUND = 10;

    private final Journal journal;
    private final Gate gate;
    private final Poller poller;
    private final ConductorMeters meters;
    private final Learning learning;
    private final String owner = "process-" + UUID.randomUUID();
    private final Submits submits;
    private final Dispatcher dispatcher;

    private final Disposable.Composite background = Disposables.composite();
    private CompletableFuture<@Nullable Void> dispatching = CompletableFuture.completedFuture(null);
    private final Set<GenerationId> polled = ConcurrentHashMap.newKeySet();
    private Set<GenerationId> idleBefore = Set.of();
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
            Scheduler timer) {
        PatientJournal patient = new PatientJournal(journal);
        this.journal = journal;
        this.gate = gate;
        this.meters = meters;
        this.learning = learning;
        this.poller = new Poller(id -> polls.poll(id).doOnNext(meters::polled), patient::append, polling, timer);
        this.submits = new Submits(upstream, patient, meters, learning, owner);
        this.dispatcher = new Dispatcher(
                gate,
                journal,
                owner,
                claim,
                upstream.isAnswering(),
                (hold, permit) -> submits.begin(hold, permit, this::poll));
    }

    /** What a dead process left is taken up before anything is claimed, put back or swept: however often it must be tried. */
    @Override
    public void start() {
        running = true;
        dispatching = journal.adopt(
                        owner, generation -> Submission.lostAnswer(generation, "Sluice was stopped meanwhile", ""))
                .doOnError(e -> log.error("What was under way cannot be taken up yet, tried again: {}", e.toString()))
                .retryWhen(untilStopped())
                .doOnNext(this::takeUp)
                .then(learning.takeUp().doOnNext(meters::learnt).retryWhen(untilStopped()))
                .doOnNext(_ -> background.add(sweeping()))
                .then(Mono.defer(dispatcher::run))
                .toFuture();
    }

    private Retry untilStopped() {
        return Retry.fixedDelay(Long.MAX_VALUE, SWEEP).filter(_ -> !stopping);
    }

    private Disposable sweeping() {
        return Flux.interval(SWEEP)
                .onBackpressureDrop()
                .concatMap(this::sweep, 0)
                .subscribe();
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

    private void takeUp(Iterable<Hold> adopted) {
        adopted.forEach(hold -> {
            log.info(
                    "Generation taken up again: id={} status={}",
                    hold.id(),
                    hold.generation().status().word());
            if (!hold.generation().hasEnded()) {
                poll(hold);
            }
        });
    }

    /** Unless it is polled already, or not to be. */
    private void poll(Hold hold) {
        Status status = hold.generation().status();
        if ((status == Status.PROCESSING || status == Status.OVERDUE) && polled.add(hold.id())) {
            Disposable.Swap polling = Disposables.swap();
            background.add(polling);
            polling.update(poller.seeToItsEnd(hold)
                    .doFinally(_ -> {
                        polled.remove(hold.id());
                        background.remove(polling);
                    })
                    .subscribe(
                            _ -> {},
                            failure -> log.error(
                                    "Polling ended in a way that nobody foresaw: id={}", hold.id(), failure)));
        }
    }

    private Mono<Void> sweep(long tick) {
        return Flux.concat(
                        step(journal.endWaitsThatAreOver(Conductor::waitedTooLong)),
                        step(Mono.defer(this::putBackUnsent)),
                        step(journal.forgetWhatIsOld()),
                        step(tick % SWEEPS_A_ROUND == 0 ? Mono.defer(this::pollWhatNobodyPolls) : Mono.empty()),
                        step(journal.counts().doOnNext(meters::counted)))
                .then();
    }

    /** One step that fails keeps no other from being taken. */
    private static Mono<Void> step(Mono<?> step) {
        return step.then().onErrorResume(e -> {
            log.warn("A step of the sweep failed and is tried again: {}", e.toString());
            return Mono.empty();
        });
    }

    /** What this process owns and does not poll for two rounds has lost its poller, and gets another. */
    private Mono<Void> pollWhatNobodyPolls() {
        return journal.underWay(owner)
                .doOnNext(owned -> {
                    List<Hold> idle = owned.stream()
                            .filter(hold -> !polled.contains(hold.id()))
                            .toList();
                    idle.stream().filter(hold -> idleBefore.contains(hold.id())).forEach(this::poll);
                    idleBefore = idle.stream().map(Hold::id).collect(Collectors.toSet());
                })
                .then();
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
