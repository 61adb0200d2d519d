package dev.sluice.webhook;

import dev.sluice.access.SigningSecrets;
import dev.sluice.capacity.Forecast;
import dev.sluice.generation.Generation;
import dev.sluice.journal.Deliveries;
import dev.sluice.journal.Delivery;
import dev.sluice.journal.Delivery.State;
import dev.sluice.journal.Journal;
import dev.sluice.webhook.Answer.Failed;
import dev.sluice.webhook.Answer.Gone;
import dev.sluice.webhook.Answer.Taken;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Sends what the table says is due, woken by every ending of this process and by the clock. The row is moved on before
 * anything is sent: a crash, or a stop, leaves it to be sent again by whoever looks next.
 */
final class Webhooks implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Webhooks.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);

    /** Longer than an attempt and what it takes to write down what came of it: nobody sends it a second time meanwhile. */
    private static final Duration NOBODY_ELSE_FOR = Sender.LONGEST_ATTEMPT.plusSeconds(5);

    /** What is under way when Sluice stops is waited for so long; the rest is sent again by the next process. */
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(1);

    private static final Duration LOOKS_FOR_THE_END_EVERY = Duration.ofMillis(50);

    private final Journal journal;
    private final Deliveries deliveries;
    private final Sender sender;
    private final SigningSecrets secrets;
    private final Forecast forecast;
    private final Pauses pauses;
    private final WebhookMeters meters;
    private final InstantSource clock;

    private final UnderWay underWay = new UnderWay();
    private final Disposable.Composite sending = Disposables.composite();
    private volatile Runnable waker = () -> {};
    private Disposable looking = Disposables.disposed();
    private volatile boolean running;

    Webhooks(
            Journal journal,
            Deliveries deliveries,
            Sender sender,
            SigningSecrets secrets,
            Forecast forecast,
            Pauses pauses,
            WebhookMeters meters,
            InstantSource clock) {
        this.journal = journal;
        this.deliveries = deliveries;
        this.sender = sender;
        this.secrets = secrets;
        this.forecast = forecast;
        this.pauses = pauses;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public void start() {
        running = true;
        Flux<Boolean> wakes = Flux.create(sink -> waker = () -> sink.next(true), FluxSink.OverflowStrategy.LATEST);
        looking = Flux.merge(wakes, Flux.interval(SWEEP).onBackpressureDrop().concatMap(_ -> count(), 0))
                .onBackpressureLatest() // many wakes while one round is under way are one more round
                .publishOn(Schedulers.parallel(), 1)
                .concatMap(_ -> sendAllThatMayGo(), 0)
                .subscribe();
    }

    /** To be called whenever a generation has moved. */
    void moved(Generation generation) {
        if (generation.hasEnded() && generation.request().webhookUrl() != null) {
            waker.run();
        }
    }

    private Mono<Boolean> count() {
        return deliveries
                .pending()
                .doOnNext(meters::pending)
                .map(_ -> true)
                .onErrorReturn(true); // what cannot be counted now is counted a second later
    }

    private Mono<Void> sendAllThatMayGo() {
        return Mono.defer(this::sendSome)
                .repeat()
                .takeWhile(some -> some && running)
                .then()
                .onErrorResume(e -> {
                    log.warn("Webhooks could not be read, tried again in a second: {}", e.toString());
                    return Mono.empty();
                });
    }

    /** Answers whether any was begun: if so, there may be more. */
    private Mono<Boolean> sendSome() {
        if (underWay.free() == 0) {
            return Mono.just(false);
        }
        return deliveries
                .due(underWay.fullReceivers(), underWay.fullCallers(), underWay.free())
                .flatMapIterable(due -> due)
                .filter(underWay::hasPlace)
                .concatMap(due -> deliveries.take(due, NOBODY_ELSE_FOR).doOnNext(this::begin), 0)
                .hasElements();
    }

    private void begin(Delivery taken) {
        underWay.begun(taken);
        Disposable.Swap attempt = Disposables.swap();
        sending.add(attempt);
        attempt.update(deliver(taken)
                .doFinally(_ -> {
                    underWay.over(taken);
                    sending.remove(attempt);
                    waker.run();
                })
                .subscribe());
    }

    /** A row that cannot be written is sent again: twice is better than never. */
    private Mono<Void> deliver(Delivery taken) {
        return journal.find(taken.ending().generation())
                .map(generation -> generation.asOf(taken.ending().sequence()))
                .flatMap(ended -> sender.send(
                        taken.url(), Message.of(ended, forecast.underWay(ended)), secrets.of(taken.caller())))
                .flatMap(answer -> settle(taken, answer))
                .onErrorResume(e -> {
                    log.warn(
                            "A webhook is sent again, since it is not known or not written what came of it: id={}"
                                    + " because={}",
                            taken.ending(),
                            e.toString());
                    return Mono.empty();
                })
                .checkpoint("deliver webhook");
    }

    private Mono<Void> settle(Delivery taken, Answer answer) {
        return switch (answer) {
            case Taken it -> settle(taken, State.DELIVERED, it.words());
            case Gone it -> settle(taken, State.GONE, it.words());
            case Failed it -> putOff(taken, it);
        };
    }

    private Mono<Void> putOff(Delivery taken, Failed failed) {
        Optional<Instant> next = pauses.next(taken, failed.retryAfter(), clock.instant());
        if (next.isPresent()) {
            return deliveries
                    .settle(taken, State.PENDING, failed.words(), next.get())
                    .doOnNext(_ -> meters.counted("failed"))
                    .then();
        }
        return settle(taken, State.GIVEN_UP, failed.words())
                .doOnSuccess(_ -> log.warn(
                        "A webhook was given up: id={} caller={} attempts={} last={}",
                        taken.ending(),
                        taken.caller(),
                        taken.attempts(),
                        failed.words()));
    }

    private Mono<Void> settle(Delivery taken, State state, String words) {
        return deliveries
                .settle(taken, state, words, null)
                .doOnNext(_ -> meters.counted(state.word()))
                .then();
    }

    @Override
    public void stop(Runnable whenDone) {
        running = false;
        looking.dispose();
        Flux.interval(Duration.ZERO, LOOKS_FOR_THE_END_EVERY)
                .onBackpressureDrop()
                .takeUntil(_ -> underWay.isNone())
                .take(LONGEST_GOODBYE)
                .doFinally(_ -> {
                    sending.dispose();
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
