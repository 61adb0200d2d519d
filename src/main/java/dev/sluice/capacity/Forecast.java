package dev.sluice.capacity;

import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Progress;
import dev.sluice.generation.Status;
import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Journal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How far a generation is and what it waits for: news of the moment, computed when asked and never stored. */
public final class Forecast {

    /** Positions are asked of the journal at most as often, however many callers want to know theirs. */
    static final Duration POSITIONS_LIVE = Duration.ofSeconds(1);

    private static final int PERCENT_WHEN_TYPICAL = 90;
    private static final int MOST_BEFORE_THE_ENDING = 99;

    private final Durations durations;
    private final Gate gate;
    private final Admission admission;
    private final InstantSource clock;
    private final Mono<Map<GenerationId, Integer>> positions;

    Forecast(Journal journal, Durations durations, Gate gate, Admission admission, InstantSource clock) {
        this.durations = durations;
        this.gate = gate;
        this.admission = admission;
        this.clock = clock;
        this.positions = journal.queue(admission.queueCapacity())
                .map(Forecast::places)
                .cache(_ -> POSITIONS_LIVE, _ -> POSITIONS_LIVE, () -> Duration.ZERO);
    }

    private static Map<GenerationId, Integer> places(List<GenerationId> queue) {
        Map<GenerationId, Integer> places = HashMap.newHashMap(queue.size());
        queue.forEach(id -> places.put(id, places.size() + 1));
        return places;
    }

    /** The progress of that generation now. Without its position if the journal cannot be read. */
    public Mono<Progress> of(Generation generation) {
        return generation.status() == Status.QUEUED
                ? position(generation.id())
                        .map(place -> queued(generation, place))
                        .switchIfEmpty(Mono.fromSupplier(() -> queued(generation, null)))
                : Mono.fromSupplier(() -> underWay(generation));
    }

    private Mono<Integer> position(GenerationId id) {
        return positions.onErrorComplete().mapNotNull(places -> places.get(id));
    }

    private Progress queued(Generation generation, @Nullable Integer position) {
        // One whose position nobody counted yet may be submitted in a moment: only what shuts the gate is told of it.
        WaitingFor why = gate.waitingFor().orElse(position == null ? null : WaitingFor.LIMIT);
        Duration typical = durations.typical(generation);
        Long eta = position == null
                ? null
                : typical.multipliedBy(1 + (position - 1) / admission.limit().initial())
                        .toSeconds();
        return new Progress(0, eta, position, why);
    }

    /** The same for one that is not queued: needs no journal. */
    public Progress underWay(Generation generation) {
        return switch (generation.status()) {
            case QUEUED -> queued(generation, null);
            case SUBMITTING -> new Progress(0, atLeastOne(durations.typical(generation)), null, null);
            case PROCESSING -> processing(generation);
            case OVERDUE -> new Progress(MOST_BEFORE_THE_ENDING, null, null, null);
            case COMPLETED -> new Progress(100, 0L, null, null);
            case FAILED, REJECTED, CANCELLED, UNKNOWN, TIMED_OUT -> new Progress(0, null, null, null);
        };
    }

    /** Straight to 90 in the typical time, then ever slower: it may be slow, it never falls and is never done early. */
    private Progress processing(Generation generation) {
        Duration typical = durations.typical(generation);
        Duration elapsed = Duration.between(generation.acceptedAt().orElseThrow(), clock.instant());
        double part = Math.max(0, elapsed.toMillis() / (double) Math.max(1, typical.toMillis()));
        double percent = part <= 1
                ? PERCENT_WHEN_TYPICAL * part
                : MOST_BEFORE_THE_ENDING - (MOST_BEFORE_THE_ENDING - PERCENT_WHEN_TYPICAL) / part;
        return new Progress((int) percent, atLeastOne(typical.minus(elapsed)), null, null);
    }

    private static Long atLeastOne(Duration left) {
        return Math.max(1, left.toSeconds());
    }
}
