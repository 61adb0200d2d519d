package dev.sluice.conductor;

import dev.sluice.generation.Generation;
import dev.sluice.journal.Counts;
import dev.sluice.journal.Limit;
import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.SubmitOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;

/** What operators can see of the conductor's work. */
final class ConductorMeters {

    static final String SUBMITS = "sluice.upstream.submits";
    static final String POLLS = "sluice.upstream.polls";
    static final String POLLERS = "sluice.upstream.pollers";
    static final String GENERATIONS = "sluice.generations";
    static final String ACCEPTED = "sluice.generations.accepted";
    static final String CREDITS_USED = "sluice.credits.used";
    static final String CREDITS_AT_RISK = "sluice.credits.at.risk";
    static final String QUEUED = "sluice.capacity.queued";
    static final String LIMIT = "sluice.capacity.limit";
    static final String ESTIMATES = "sluice.capacity.estimates";
    static final String IN_FLIGHT = "sluice.capacity.in.flight";

    static final String PAUSED = "sluice.submits.paused";

    private final MeterRegistry registry;
    private final Counter accepted;
    private final Counter creditsUsed;
    private final Counter creditsAtRisk;
    private volatile int limit;
    private volatile boolean paused;
    private volatile Counts counts = new Counts(0, 0);

    ConductorMeters(MeterRegistry registry) {
        this.registry = registry;
        accepted = Counter.builder(ACCEPTED)
                .description("Generations that Sluice accepted")
                .register(registry);
        creditsUsed = Counter.builder(CREDITS_USED)
                .description("Credits that the upstream said it took")
                .register(registry);
        creditsAtRisk = Counter.builder(CREDITS_AT_RISK)
                .description("Credits that may have been taken by submits whose answer was lost")
                .register(registry);
        Gauge.builder(QUEUED, () -> counts.queued())
                .description("Generations that are queued")
                .register(registry);
        Gauge.builder(IN_FLIGHT, () -> counts.inFlight())
                .description("Generations that are submitting or processing")
                .register(registry);
        Gauge.builder(PAUSED, () -> paused ? 1 : 0)
                .description("1 while submits are kept back, by an operator or since the log was restored")
                .register(registry);
        Gauge.builder(LIMIT, () -> limit)
                .description("Tasks that may be in flight, as learnt from the upstream")
                .register(registry);
    }

    void pausing(boolean now) {
        paused = now;
    }

    void polling(IntSupplier pollers) {
        Gauge.builder(POLLERS, pollers::getAsInt)
                .description("Generations that this process polls; nobody else does")
                .register(registry);
    }

    void learnt(Limit now) {
        limit = now.tasks();
    }

    /** @param kept whether it ended within the time that nine in ten were told to keep */
    void estimated(boolean kept) {
        Counter.builder(ESTIMATES)
                .description("Completed generations, by whether they kept the time that nine in ten keep")
                .tag("kept", String.valueOf(kept))
                .register(registry)
                .increment();
    }

    void submitted(SubmitOutcome outcome) {
        Counter.builder(SUBMITS)
                .description("Submits by outcome; busy is the upstream's 503 server_busy or 429")
                .tag("outcome", outcome.word())
                .register(registry)
                .increment();
    }

    void polled(PollOutcome outcome) {
        Counter.builder(POLLS)
                .description("Polls by outcome")
                .tag("outcome", outcome.word())
                .register(registry)
                .increment();
    }

    void accepted() {
        accepted.increment();
    }

    void ended(Generation generation) {
        Timer.builder(GENERATIONS)
                .description("Generations that ended, by status, from acceptance by Sluice to the ending")
                .tag("status", generation.status().word())
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(100))
                .maximumExpectedValue(Duration.ofHours(1))
                .register(registry)
                .record(Duration.between(
                        generation.createdAt(), generation.last().at()));
        creditsAtRisk.increment((double) generation.credits().atRisk());
    }

    void spent(Generation generation) {
        creditsUsed.increment((double) generation.credits().used());
    }

    void counted(Counts now) {
        counts = now;
    }
}
