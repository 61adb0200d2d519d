package dev.sluice.conductor;

import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Failed;
import dev.sluice.generation.GenerationEvent.Overdue;
import dev.sluice.generation.GenerationEvent.TimedOut;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.journal.Hold;
import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.PollOutcome.StillProcessing;
import dev.sluice.upstream.PollOutcome.Unusable;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Polls one generation until its ending: fast, then slowly. It belongs to the generation, not to anybody who watches.
 */
final class Poller {

    private static final Problem GIVEN_UP = new Problem(
            ProblemType.TIMED_OUT,
            "The image API still says that it is processing. The credits are spent; its own records may show the"
                    + " picture later.");

    private final Function<Generation, Mono<PollOutcome>> polls;
    private final BiFunction<Hold, GenerationEvent, Mono<Hold>> record;
    private final Consumer<Tally> ended;
    private final Polling polling;
    private final Scheduler timer;

    /**
     * @param polls asks the upstream about a generation that it has; never ends in an error
     * @param record writes an event; empty when somebody else owns the generation, and then polling ends
     * @param ended told what the polls of a generation add up to, once its ending is written
     */
    Poller(
            Function<Generation, Mono<PollOutcome>> polls,
            BiFunction<Hold, GenerationEvent, Mono<Hold>> record,
            Consumer<Tally> ended,
            Polling polling,
            Scheduler timer) {
        this.polls = polls;
        this.record = record;
        this.ended = ended;
        this.polling = polling;
        this.timer = timer;
    }

    /** Ends with the recorded ending, or empty if the generation belongs to somebody else by now. */
    Mono<Hold> seeToItsEnd(Hold hold) {
        return Mono.defer(() -> {
                    Tally tally = new Tally(hold.generation().last().at());
                    return (hold.generation().status() == Status.OVERDUE
                                    ? pollSlowly(hold, tally)
                                    : pollFast(hold, tally))
                            .doOnNext(_ -> ended.accept(tally));
                })
                .checkpoint("poll a generation to its end");
    }

    private Mono<Hold> pollFast(Hold hold, Tally tally) {
        return ending(hold, tally, Pace.fast(polling, hold.generation(), now()))
                .defaultIfEmpty(new Overdue())
                .flatMap(event -> record.apply(hold, event))
                .flatMap(next -> next.generation().hasEnded() ? Mono.just(next) : pollSlowly(next, tally));
    }

    private Mono<Hold> pollSlowly(Hold hold, Tally tally) {
        return ending(hold, tally, Pace.slow(polling, hold.generation(), now()))
                .defaultIfEmpty(new TimedOut(GIVEN_UP))
                .flatMap(event -> record.apply(hold, event));
    }

    /**
     * The ending that a poll tells; empty when the budget of answers is used up. Dropping ticks comes before asking, so
     * that a poll that is late is skipped, not stacked; polls without an answer are counted nowhere, so that no outage
     * upstream can end a generation that is paid for.
     */
    private Mono<GenerationEvent> ending(Hold hold, Tally tally, Pace pace) {
        return Mono.defer(() -> {
            Patience patience = new Patience(pace.every());
            return Flux.interval(pace.first(), pace.every(), timer)
                    .onBackpressureDrop()
                    .filter(patience::isDue)
                    .concatMap(_ -> polls.apply(hold.generation()), 0)
                    .doOnNext(patience::learn)
                    .doOnNext(outcome -> tally.add(outcome, now()))
                    .filter(outcome -> !(outcome instanceof Unusable))
                    .take(pace.answers())
                    .mapNotNull(Poller::ending)
                    .next();
        });
    }

    private static @Nullable GenerationEvent ending(PollOutcome outcome) {
        return switch (outcome) {
            case PollOutcome.Completed(var imageUrls, var data) -> new Completed(imageUrls, data);
            case PollOutcome.Failed(var why, var data) -> new Failed(why, null, null, null, data);
            case StillProcessing _, Unusable _ -> null;
        };
    }

    /** The timer's own clock, so that the pace and its ticks cannot disagree. */
    private Instant now() {
        return Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS));
    }
}
