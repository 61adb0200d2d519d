package dev.sluice.conductor;

import dev.sluice.capacity.Gate;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Rejected;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.journal.Hold;
import dev.sluice.journal.Journal;
import dev.sluice.journal.JournalUnavailable;
import dev.sluice.upstream.Upstream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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

    private final Journal journal;
    private final Gate gate;
    private final Poller poller;
    private final ConductorMeters meters;
    private final String owner = "process-" + ProcessHandle.current().pid();
    private final Submits submits;
    private final Dispatcher dispatcher;

    private final Disposable.Composite background = Disposables.composite();
    private CompletableFuture<@Nullable Void> dispatching = CompletableFuture.completedFuture(null);
    private volatile boolean running;

    Conductor(
            Journal journal,
            Upstream upstream,
            Gate gate,
            GuardedPolls polls,
            Polling polling,
            int limit,
            ConductorMeters meters,
            Scheduler timer) {
        PatientJournal patient = new PatientJournal(journal);
        this.journal = journal;
        this.gate = gate;
        this.meters = meters;
        this.poller = new Poller(id -> polls.poll(id).doOnNext(meters::polled), patient::append, polling, timer);
        this.submits = new Submits(upstream, patient, meters, owner);
        this.dispatcher =
                new Dispatcher(gate, journal, owner, limit, (hold, permit) -> submits.begin(hold, permit, this::poll));
    }

    @Override
    public void start() {
        running = true;
        dispatching = journal.adopt(
                        owner, generation -> Submission.lostAnswer(generation, "Sluice was stopped meanwhile", ""))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, SWEEP).filter(JournalUnavailable.class::isInstance))
                .doOnNext(this::takeUp)
                .then(Mono.defer(dispatcher::run))
                .toFuture();
        background.add(Flux.interval(SWEEP)
                .onBackpressureDrop()
                .concatMap(_ -> sweep(), 0)
                .subscribe());
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

    private void poll(Hold hold) {
        Status status = hold.generation().status();
        if (status == Status.PROCESSING || status == Status.OVERDUE) {
            Disposable.Swap polling = Disposables.swap();
            background.add(polling);
            polling.update(poller.seeToItsEnd(hold)
                    .doFinally(_ -> background.remove(polling))
                    .subscribe(
                            _ -> {},
                            failure -> log.error(
                                    "Polling ended in a way that nobody foresaw: id={}", hold.id(), failure)));
        }
    }

    private Mono<Void> sweep() {
        return journal.endWaitsThatAreOver(Conductor::waitedTooLong)
                .then(Mono.defer(this::putBackUnsent))
                .then(journal.forgetWhatIsOld())
                .then(journal.counts().doOnNext(meters::counted))
                .then()
                .onErrorResume(e -> {
                    log.warn("The sweep failed and is tried again in a second: {}", e.toString());
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
