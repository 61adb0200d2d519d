package dev.sluice.console;

import dev.sluice.capacity.Circuit;
import dev.sluice.capacity.Overview;
import dev.sluice.capacity.Situations;
import dev.sluice.console.Figures.CallerLoad;
import dev.sluice.console.Figures.Ending;
import dev.sluice.console.Figures.Money;
import dev.sluice.console.Figures.Paused;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Counts;
import dev.sluice.journal.Journal;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Looks how everything stands, once a second at most, however many look on; and not at all while nobody does. */
final class Console {

    static final Duration FIGURES_LIVE = Duration.ofSeconds(1);
    private static final int MOST_ENDINGS = 20;
    private static final int MOST_CALLERS = 50;
    private static final int LONGEST_MODEL = 60;

    private final Journal journal;
    private final Situations situations;
    private final MeterRegistry registry;
    private final InstantSource clock;
    private final Mono<Figures> figures;

    Console(Journal journal, Situations situations, MeterRegistry registry, InstantSource clock) {
        this.journal = journal;
        this.situations = situations;
        this.registry = registry;
        this.clock = clock;
        this.figures = Mono.defer(this::look).cache(_ -> FIGURES_LIVE, _ -> FIGURES_LIVE, () -> Duration.ZERO);
    }

    /** A second old at most. Ends in an error if the journal cannot be read. */
    Mono<Figures> figures() {
        return figures;
    }

    private Mono<Figures> look() {
        return Mono.zip(
                        situations.ofAll(),
                        journal.pause().map(Optional::of).defaultIfEmpty(Optional.empty()),
                        journal.newestEndings(MOST_ENDINGS))
                .map(seen -> figures(
                        seen.getT1(),
                        seen.getT2()
                                .map(pause -> new Paused(pause.since(), pause.by(), pause.why()))
                                .orElse(null),
                        seen.getT3()))
                .checkpoint("look at the console");
    }

    private Figures figures(Overview now, @Nullable Paused paused, List<Generation> endings) {
        return new Figures(
                clock.instant(),
                paused,
                now.isPaused() && paused == null,
                now.waitingFor().map(WaitingFor::word).orElse(null),
                words(now.circuits()),
                now.all().queued(),
                now.all().inFlight(),
                now.limit(),
                Math.round(meter("sluice.stream.open")),
                new Money(
                        Math.round(meter("sluice.credits.used")),
                        Math.round(meter("sluice.credits.at.risk")),
                        left(endings)),
                busiest(now.callers()),
                endings.stream().map(Console::ending).toList());
    }

    /** What the rooms count for everybody is not counted here once more. */
    private double meter(String name) {
        return registry.get(name).meter().measure().iterator().next().getValue();
    }

    private static Map<String, String> words(Map<String, Circuit> circuits) {
        Map<String, String> words = new TreeMap<>();
        circuits.forEach((name, circuit) -> words.put(name, circuit.word()));
        return words;
    }

    private static List<CallerLoad> busiest(Map<CallerId, Counts> callers) {
        return callers.entrySet().stream()
                .map(load -> new CallerLoad(
                        load.getKey().value(),
                        load.getValue().queued(),
                        load.getValue().inFlight()))
                .sorted(Comparator.comparingInt(CallerLoad::queued)
                        .thenComparingInt(CallerLoad::inFlight)
                        .reversed()
                        .thenComparing(CallerLoad::caller))
                .limit(MOST_CALLERS)
                .toList();
    }

    private static @Nullable Long left(List<Generation> endings) {
        return endings.stream()
                .map(ended -> ended.credits().remaining())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static Ending ending(Generation ended) {
        String model = ended.request().selectedModel();
        return new Ending(
                ended.id().value(),
                ended.caller().value(),
                model == null ? null : model.substring(0, Math.min(model.length(), LONGEST_MODEL)),
                ended.status().word(),
                Duration.between(ended.createdAt(), ended.last().at()).toMillis() / 1000.0,
                ended.last().at());
    }
}
