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
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
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
    private final BiConsumer<Generation, Tally> ended;
    private final Polling polling;
    private final PollPlans plans;
    private final Scheduler timer;

    /**
     * @param polls asks the upstream about a generation that it has; never ends in an error
     * @param record writes an event; empty when somebody else owns the generation, and then polling ends
     * @param ended told what the polls of a generation add up to, once its ending is written
     * @param plans used if that is the strategy
     */
    Poller(
            Function<Generation, Mono<PollOutcome>> polls,
            BiFunction<Hold, GenerationEvent, Mono<Hold>> record,
            BiConsumer<Generation, Tally> ended,
            Polling polling,
            PollPlans plans,
            Scheduler timer) {
        this.polls = polls;
        this.record = record;
        this.ended = ended;
        this.polling = polling;
        this.plans = plans;
        this.timer = timer;
    }

    /** Ends with the recorded ending, or empty if the generation belongs to somebody else by now. */
    Mono<Hold> seeToItsEnd(Hold hold) {
        return Mono.defer(() -> {
                    Tally tally = new Tally(hold.generation().last().at());
                    return (hold.generation().status() == Status.OVERDUE
                                    ? pollSlowly(hold, tally)
                                    : pollFast(hold, tally))
                            .doOnNext(done -> ended.accept(done.generation(), tally));
                })
                .checkpoint("poll a generation to its end");
    }

    private Mono<Hold> pollFast(Hold hold, Tally tally) {
        return fastEnding(hold, tally)
                .defaultIfEmpty(new Overdue())
                .flatMap(event -> record.apply(hold, event))
                .flatMap(next -> next.generation().hasEnded() ? Mono.just(next) : pollSlowly(next, tally));
    }

    private Mono<GenerationEvent> fastEnding(Hold hold, Tally tally) {
        Pace pace = Pace.fast(polling, hold.generation(), now());
        return switch (polling.strategy()) {
            case FIXED -> ending(outcomes(hold, tally, pace), pace.answers());
            case LEARNT ->
                ending(outcomes(hold, tally, plans.paceOf(hold.generation(), elapsed(hold), pace.answers())));
        };
    }

    private Mono<Hold> pollSlowly(Hold hold, Tally tally) {
        Pace pace = Pace.slow(polling, hold.generation(), now());
        return ending(outcomes(hold, tally, pace), pace.answers())
                .defaultIfEmpty(new TimedOut(GIVEN_UP))
                .flatMap(event -> record.apply(hold, event));
    }

    /**
     * The ending that a poll tells; empty when the budget of answers is used up. Polls without an answer are counted
     * nowhere, so that no outage upstream can end a generation that is paid for.
     */
    private static Mono<GenerationEvent> ending(Flux<PollOutcome> outcomes, long answers) {
        return outcomes.filter(outcome -> !(outcome instanceof Unusable))
                .take(answers)
                .mapNotNull(Poller::ending)
                .next();
    }

    private static Mono<GenerationEvent> ending(Flux<PollOutcome> outcomes) {
        return outcomes.mapNotNull(Poller::ending).next();
    }

    /** Dropping ticks comes before asking, so that a poll that is late is skipped, not stacked. */
    private Flux<PollOutcome> outcomes(Hold hold, Tally tally, Pace pace) {
        return Flux.defer(() -> {
            Patience patience = new Patience(pace.every());
            return Flux.interval(pace.first(), pace.every(), timer)
                    .onBackpressureDrop()
                    .filter(patience::isDue)
                    .concatMap(_ -> ask(hold, tally), 0)
                    .doOnNext(patience::learn);
        });
    }

    private Flux<PollOutcome> outcomes(Hold hold, Tally tally, LearntPace pace) {
        return Mono.defer(() -> Mono.delay(pace.next().minus(elapsed(hold)), timer))
                .flatMap(_ -> ask(hold, tally))
                .doOnNext(pace::learn)
                .repeat(pace::hasTurnsLeft);
    }

    private Mono<PollOutcome> ask(Hold hold, Tally tally) {
        return polls.apply(hold.generation()).doOnNext(outcome -> tally.add(outcome, now()));
    }

    private static @Nullable GenerationEvent ending(PollOutcome outcome) {
        return switch (outcome) {
            case PollOutcome.Completed(var imageUrls, var data) -> new Completed(imageUrls, data);
            case PollOutcome.Failed(var why, var data) -> new Failed(why, null, null, null, data);
            case StillProcessing _, Unusable _ -> null;
        };
    }

    private Duration elapsed(Hold hold) {
        Instant now = now();
        return Duration.between(hold.generation().acceptedAt().orElse(now), now);
    }

    /** The timer's own clock, so that the pace and its ticks cannot disagree. */
    private Instant now() {
        return Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS));
    }
}
