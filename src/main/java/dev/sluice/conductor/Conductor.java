package dev.sluice.conductor;

import dev.sluice.capacity.Gate;
import dev.sluice.capacity.Gate.Permit;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Rejected;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.journal.Hold;
import dev.sluice.journal.Journal;
import dev.sluice.journal.JournalUnavailable;
import dev.sluice.journal.Receipt;
import dev.sluice.upstream.SubmitOutcome;
import dev.sluice.upstream.SubmitOutcome.Accepted;
import dev.sluice.upstream.SubmitOutcome.FailedAtOnce;
import dev.sluice.upstream.Upstream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
    private static final Duration WRITTEN_AGAIN = Duration.ofSeconds(1);

    private final Journal journal;
    private final Upstream upstream;
    private final Gate gate;
    private final Poller poller;
    private final ConductorMeters meters;
    private final String owner;
    private final Dispatcher dispatcher;
    private final Set<CompletableFuture<@Nullable Hold>> submits = ConcurrentHashMap.newKeySet();

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
        this.journal = journal;
        this.upstream = upstream;
        this.gate = gate;
        this.meters = meters;
        this.owner = "process-" + ProcessHandle.current().pid();
        this.poller = new Poller(id -> polls.poll(id).doOnNext(meters::polled), this::write, polling, timer);
        this.dispatcher = new Dispatcher(gate, journal, owner, limit, this::submit);
    }

    @Override
    public void start() {
        running = true;
        dispatching = journal.adopt(
                        owner, generation -> Submission.lostAnswer(generation, "Sluice was stopped meanwhile"))
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

    /** Begins the submit; it goes on whatever becomes of those who wait for it. */
    private void submit(Hold hold, Permit permit) {
        CompletableFuture<@Nullable Hold> submit = upstream.submit(
                        hold.generation().request())
                .doOnNext(outcome -> permit.settle(Submission.verdict(outcome)))
                .doOnNext(meters::submitted)
                .flatMap(outcome -> write(hold, outcome))
                .doOnNext(this::poll)
                .toFuture();
        submits.add(submit);
        submit.whenComplete((_, failure) -> {
            submits.remove(submit);
            if (failure != null) {
                log.error("A submit ended in a way that nobody foresaw: id={}", hold.id(), failure);
            }
            dispatcher.wake();
        });
    }

    private Mono<Hold> write(Hold hold, SubmitOutcome outcome) {
        GenerationEvent event = Submission.event(hold.generation(), outcome);
        Receipt receipt = Submission.receipt(outcome);
        return receipt == null
                ? write(hold, event)
                : journal.append(hold, event, receipt).retryWhen(untilWritten(hold, outcome));
    }

    private Mono<Hold> write(Hold hold, GenerationEvent event) {
        return journal.append(hold, event).retryWhen(untilWritten(hold, null));
    }

    /**
     * What happened upstream has happened: it is written as soon as the log can be written again, for as long as this
     * process lives. Until then the log output holds what cost money.
     */
    private static Retry untilWritten(Hold hold, @Nullable SubmitOutcome outcome) {
        return Retry.fixedDelay(Long.MAX_VALUE, WRITTEN_AGAIN)
                .filter(JournalUnavailable.class::isInstance)
                .doBeforeRetry(signal -> {
                    if (signal.totalRetries() == 0) {
                        log.error(
                                "An event cannot be written and is kept in memory: id={} upstreamId={} because={}",
                                hold.id(),
                                LogText.of(upstreamId(hold, outcome)),
                                String.valueOf(signal.failure().getMessage()));
                    }
                });
    }

    private static @Nullable String upstreamId(Hold hold, @Nullable SubmitOutcome outcome) {
        return switch (outcome) {
            case Accepted accepted -> accepted.upstreamId();
            case FailedAtOnce failed -> failed.upstreamId();
            case null, default -> hold.generation().upstreamId().orElse(null);
        };
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
                .then(journal.counts().doOnNext(meters::counted))
                .then()
                .onErrorResume(JournalUnavailable.class, e -> {
                    log.warn("The sweep has to wait for the log: {}", e.getMessage());
                    return Mono.empty();
                });
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
                .then(Mono.defer(this::submitsOnTheirWay))
                .doFinally(_ -> {
                    background.dispose();
                    running = false;
                    whenDone.run();
                })
                .subscribe();
    }

    private Mono<Void> submitsOnTheirWay() {
        return Flux.fromIterable(submits)
                .flatMap(submit -> Mono.fromFuture(submit, true).onErrorComplete())
                .then();
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
