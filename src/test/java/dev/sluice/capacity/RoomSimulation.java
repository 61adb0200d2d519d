package dev.sluice.capacity;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Priority;
import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Hold;
import dev.sluice.journal.Journal;
import dev.sluice.journal.Limit;
import dev.sluice.journal.Opening;
import dev.sluice.journal.Room;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * Gate, limit and claims as they are, on a real journal, in front of an upstream that is a few lines: time is a queue of
 * what happens next. Answers to submits take a moment, tasks take about ten seconds, endings are found by polls.
 */
final class RoomSimulation {

    private static final Duration ROUND_TRIP = Duration.ofMillis(200);
    private static final Duration FIRST_POLL = Duration.ofSeconds(5);
    private static final Duration BETWEEN_POLLS = Duration.ofSeconds(3);

    private record Happening(Instant at, long order, Runnable what) {}

    /** What was seen in one second while somebody waited. */
    record Second(int limit, int slots) {}

    /** A submit, when it was sent, and whether the upstream was busy. */
    record Submit(CallerId caller, Instant sentAt, boolean busy, boolean allWaited) {}

    private final PriorityQueue<Happening> next =
            new PriorityQueue<>(Comparator.comparing(Happening::at).thenComparing(Happening::order));
    private final Function<RoomSimulation, Journal> journals;
    private final Random random;
    private final Admission admission;
    private final IntUnaryOperator slotsAfterEndings;

    private final List<Instant> tasks = new ArrayList<>();
    private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
    private Instant now = start;
    private long order;
    private int endings;

    final List<Second> seconds = new ArrayList<>();
    final List<Submit> submits = new ArrayList<>();

    /** @param slotsAfterEndings how many tasks the upstream takes, by how many it has completed */
    RoomSimulation(
            Function<RoomSimulation, Journal> journals,
            Admission admission,
            long seed,
            IntUnaryOperator slotsAfterEndings) {
        this.journals = journals;
        this.admission = admission;
        this.random = new Random(seed);
        this.slotsAfterEndings = slotsAfterEndings;
    }

    Instant now() {
        return now;
    }

    Instant start() {
        return start;
    }

    int endings() {
        return endings;
    }

    private Journal journal = unset();
    private Gate gate = unset();
    private Learning learning = unset();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unset() {
        return null;
    }

    /** Accepts that many of each caller at once, and lets time pass until all have ended. */
    void run(Map<CallerId, Integer> generations, Map<CallerId, Double> weights) {
        journal = journals.apply(this);
        gate = new Gate(
                breaker("submit", 60, 5, 50, Duration.ofSeconds(10)),
                breaker("busy", 10, 5, 80, Duration.ofSeconds(3)),
                RateLimiter.ofDefaults("submit"),
                admission.busyPause(),
                () -> now,
                random);
        learning = new Learning(journal, new LimitRule(admission.limit(), () -> now), new Durations());
        generations.forEach((caller, count) -> {
            for (int i = 0; i < count; i++) {
                accept(caller, weights.getOrDefault(caller, 1.0));
            }
        });
        int all = generations.values().stream().mapToInt(Integer::intValue).sum();
        everySecond();
        while (endings < all && !next.isEmpty()) {
            Happening happening = next.remove();
            now = happening.at();
            happening.what().run();
        }
    }

    private CircuitBreaker breaker(String name, int window, int least, int threshold, Duration open) {
        return CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(window)
                        .minimumNumberOfCalls(least)
                        .failureRateThreshold(threshold)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(open)
                        .currentTimestampFunction(
                                clock -> now.toEpochMilli(), java.util.concurrent.TimeUnit.MILLISECONDS)
                        .build());
    }

    private void accept(CallerId caller, double weight) {
        GenerationRequest request =
                new GenerationRequest("p", null, 0, "{\"prompt\":\"p\"}", Priority.INTERACTIVE, Map.of());
        journal.open(new Opening(
                        caller,
                        new Allowance(weight, 1_000_000, null),
                        List.of(new Opening.Item(
                                GenerationId.next(), request, Duration.ofDays(1), 1, Duration.ofSeconds(10), false)),
                        null,
                        10_000,
                        Opening.Outlook.CLEAR,
                        null))
                .block();
    }

    private void in(Duration delay, Runnable what) {
        next.add(new Happening(now.plus(delay), order++, what));
    }

    private int slots() {
        return slotsAfterEndings.applyAsInt(endings);
    }

    private void everySecond() {
        Room room = room();
        if (!room.line().isEmpty()) {
            seconds.add(new Second(
                    room.limit().map(Limit::tasks).orElse(admission.limit().initial()), slots()));
            dispatch();
        }
        in(Duration.ofSeconds(1), this::everySecond);
    }

    private Room room() {
        return Optional.ofNullable(journal.room(10_000, Duration.ofMinutes(10)).block())
                .orElseThrow();
    }

    private void dispatch() {
        for (Optional<Gate.Permit> permit = gate.ask(); permit.isPresent(); permit = gate.ask()) {
            Hold hold = journal.claimNext("sim", admission.claim(), 1).next().block();
            if (hold == null) {
                permit.get().giveBack();
                return;
            }
            Gate.Permit used = permit.get();
            in(ROUND_TRIP.multipliedBy(50 + random.nextInt(100)).dividedBy(100), () -> answer(hold, used));
        }
    }

    private void answer(Hold hold, Gate.Permit permit) {
        tasks.removeIf(end -> !end.isAfter(now));
        boolean busy = tasks.size() >= slots();
        Map<CallerId, Long> waiting = new HashMap<>();
        room().line().forEach(one -> waiting.merge(one.caller(), 1L, Long::sum));
        submits.add(
                new Submit(hold.generation().caller(), hold.generation().last().at(), busy, waiting.size() >= 3));
        if (busy) {
            permit.settle(new Verdict.Busy(null));
            journal.append(hold, new Queued(WaitingFor.BUSY)).block();
            learning.busy(hold.generation().last().at(), tasks.size()).block();
        } else {
            permit.settle(new Verdict.Clear());
            Duration takes = Duration.ofMillis((long) (10_000 * Math.exp(0.2 * random.nextGaussian())));
            tasks.add(now.plus(takes));
            Hold accepted = Optional.ofNullable(journal.append(hold, new Processing("up-" + hold.id(), 1L, 1L, "{}"))
                            .block())
                    .orElseThrow();
            learning.accepted().block();
            Instant ends = now.plus(takes);
            in(FIRST_POLL, () -> poll(accepted, ends));
        }
        dispatch();
    }

    private void poll(Hold hold, Instant ends) {
        if (ends.isAfter(now)) {
            in(BETWEEN_POLLS, () -> poll(hold, ends));
            return;
        }
        journal.append(hold, new Completed(List.of("https://a/1.png"), "{}")).block();
        endings++;
        dispatch();
    }
}
