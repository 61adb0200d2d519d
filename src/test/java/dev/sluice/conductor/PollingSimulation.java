package dev.sluice.conductor;

import dev.sluice.capacity.LearntDurations;
import dev.sluice.conductor.Polling.Strategy;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Overdue;
import dev.sluice.journal.Hold;
import dev.sluice.upstream.PollOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The real poller, in virtual time, on generations whose durations are given; it goes on learning from run to run. */
final class PollingSimulation implements AutoCloseable {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final LearntDurations durations = new LearntDurations();
    private final Polling polling;
    private final Poller poller;

    private Instant ending = Instant.MIN;
    private long polls;
    private long allPolls;
    private int overdue;
    private Duration lag = Duration.ZERO;
    private boolean losesAnswers;

    /**
     * What a run came to, on average over its generations.
     *
     * @param lag seconds from the ending to the poll that saw it
     */
    record Run(double lag, double polls) {}

    PollingSimulation(Strategy strategy) {
        polling = asDocumented(strategy);
        poller = new Poller(
                _ -> Mono.fromSupplier(this::answer),
                this::record,
                (generation, tally) ->
                        generation.acceptedAt().flatMap(tally::sighting).ifPresent(durations::learn),
                polling,
                new PollPlans(polling, _ -> durations.spread()),
                time);
    }

    static Polling asDocumented(Strategy strategy) {
        return new Polling(
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                60,
                Duration.ofSeconds(30),
                Duration.ofHours(1),
                strategy);
    }

    /** Generations of these durations, in seconds, one after the other. */
    Run run(DoubleStream seconds) {
        polls = 0;
        lag = Duration.ZERO;
        List<Double> all = seconds.boxed().toList();
        all.forEach(this::runOne);
        return new Run(lag.toNanos() / 1e9 / all.size(), (double) polls / all.size());
    }

    /** Those of all runs. */
    long allPolls() {
        return allPolls;
    }

    /** How many generations of all runs became overdue. */
    int overdue() {
        return overdue;
    }

    private Mono<Hold> record(Hold hold, GenerationEvent event) {
        overdue += event instanceof Overdue ? 1 : 0;
        return Mono.just(Holds.after(hold, event, now()));
    }

    private void runOne(double seconds) {
        Hold hold = Holds.accepted(now());
        ending = now().plusNanos((long) (seconds * 1e9));
        var ended = poller.seeToItsEnd(hold)
                .map(Hold::generation)
                .map(Generation::hasEnded)
                .toFuture();
        while (!ended.isDone()) {
            time.advanceTimeBy(Duration.ofSeconds(1));
        }
    }

    /** From now on every second poll has no answer. */
    void loseEverySecondAnswer() {
        losesAnswers = true;
    }

    private PollOutcome answer() {
        polls++;
        allPolls++;
        if (losesAnswers && allPolls % 2 == 0) {
            return new PollOutcome.Unusable("lost");
        }
        if (now().isBefore(ending)) {
            return new PollOutcome.StillProcessing();
        }
        lag = lag.plus(Duration.between(ending, now()));
        return new PollOutcome.Completed(List.of(), "{}");
    }

    private Instant now() {
        return Instant.ofEpochMilli(time.now(TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
        time.dispose();
    }
}
