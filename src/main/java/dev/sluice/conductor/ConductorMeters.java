package dev.sluice.conductor;

import dev.sluice.generation.Generation;
import dev.sluice.generation.Status;
import dev.sluice.journal.Limit;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What operators can see of generations, and of their way through the queue. All is there from the start. */
final class ConductorMeters {

    static final String GENERATIONS = "sluice.generations";
    static final String ACCEPTED = "sluice.generations.accepted";
    static final String ADOPTED = "sluice.generations.adopted";
    static final String TAKEN_BACK = "sluice.generations.taken.back";
    static final String QUEUED = "sluice.capacity.queued";
    static final String WAIT = "sluice.capacity.wait";
    static final String LIMIT = "sluice.capacity.limit";
    static final String ESTIMATES = "sluice.capacity.estimates";
    static final String IN_FLIGHT = "sluice.capacity.in.flight";
    static final String OVERDUE = "sluice.capacity.overdue";
    static final String TASKS = "sluice.upstream.tasks";

    static final String PAUSED = "sluice.submits.paused";

    /** A few, since each is a series for each status. */
    private static final Duration[] SPANS = seconds(1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600);

    /** Finer at the start, or a queue in which nobody waits would be told to take nine tenths of a second. */
    private static final Duration[] WAITS = Stream.concat(
                    Stream.of(10, 100, 500).map(Duration::ofMillis), Arrays.stream(SPANS))
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Counter accepted;
    private final Counter adopted;
    private final Counter takenBack;
    private final Timer wait;
    private volatile int limit;
    private volatile Map<Status, Integer> open = Map.of();
    private volatile boolean paused;

    ConductorMeters(MeterRegistry registry) {
        this.registry = registry;
        accepted = Counter.builder(ACCEPTED)
                .description("Generations that Sluice accepted")
                .register(registry);
        adopted = Counter.builder(ADOPTED)
                .description("Generations that were taken over from a process that died or left")
                .register(registry);
        takenBack = Counter.builder(TAKEN_BACK)
                .description("Generations that had ended as unknown and go on, since the upstream's answer came late")
                .register(registry);
        wait = Timer.builder(WAIT)
                .description("Time in the queue, from acceptance by Sluice to the submit that the upstream took")
                .serviceLevelObjectives(WAITS)
                .register(registry);
        Gauge.builder(QUEUED, () -> open(Status.QUEUED))
                .description("Generations that are queued")
                .register(registry);
        Gauge.builder(IN_FLIGHT, () -> open(Status.SUBMITTING) + open(Status.PROCESSING))
                .description("Generations that are submitting or processing")
                .register(registry);
        Gauge.builder(OVERDUE, () -> open(Status.OVERDUE))
                .description("Generations that are overdue, and polled slowly")
                .register(registry);
        Gauge.builder(TASKS, () -> open(Status.PROCESSING) + open(Status.OVERDUE))
                .description("Generations that are processing or overdue: paid for, and each to be polled by somebody")
                .register(registry);
        Gauge.builder(PAUSED, () -> paused ? 1 : 0)
                .description("1 while submits are kept back, by an operator or since the log was restored")
                .register(registry);
        Gauge.builder(LIMIT, () -> limit)
                .description("Tasks that may be in flight, as learnt from the upstream")
                .register(registry);
        Arrays.stream(Status.values()).filter(Status::hasEnded).forEach(this::lives);
        estimates(true);
        estimates(false);
    }

    void pausing(boolean now) {
        paused = now;
    }

    static Duration[] seconds(int... bounds) {
        return IntStream.of(bounds).mapToObj(Duration::ofSeconds).toArray(Duration[]::new);
    }

    private int open(Status status) {
        return open.getOrDefault(status, 0);
    }

    private Timer lives(Status status) {
        return Timer.builder(GENERATIONS)
                .description("Generations that ended, by status, from acceptance by Sluice to the ending")
                .tag("status", status.word())
                .serviceLevelObjectives(SPANS)
                .register(registry);
    }

    private Counter estimates(boolean kept) {
        return Counter.builder(ESTIMATES)
                .description("Completed generations, by whether they kept the time that nine in ten keep")
                .tag("kept", String.valueOf(kept))
                .register(registry);
    }

    void learnt(Limit now) {
        limit = now.tasks();
    }

    /** @param kept whether it ended within the time that nine in ten were told to keep */
    void estimated(boolean kept) {
        estimates(kept).increment();
    }

    void accepted() {
        accepted.increment();
    }

    void adopted() {
        adopted.increment();
    }

    void takenBack() {
        takenBack.increment();
    }

    void waited(Instant since, Instant until) {
        wait.record(Duration.between(since, until));
    }

    void ended(Generation generation) {
        lives(generation.status())
                .record(Duration.between(
                        generation.createdAt(), generation.last().at()));
    }

    /** How many stand where; what is not named is nowhere. */
    void counted(Map<Status, Integer> now) {
        open = now;
    }
}
