package dev.sluice.capacity;

import dev.sluice.generation.Generation;
import dev.sluice.generation.Progress;
import dev.sluice.generation.Status;
import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Journal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How far a generation is and what it waits for: news of the moment, computed when asked and never stored. */
public final class Forecast {

    /** The room is looked at as often at most, however many callers want to know where they stand. */
    static final Duration VIEW_LIVES = Duration.ofSeconds(1);

    private static final int PERCENT_WHEN_NINE_IN_TEN = 90;
    private static final int MOST_BEFORE_THE_ENDING = 99;

    private final Durations durations;
    private final Gate gate;
    private final InstantSource clock;
    private final Mono<View> view;

    Forecast(Journal journal, Durations durations, Gate gate, Admission admission, InstantSource clock) {
        this.durations = durations;
        this.gate = gate;
        this.clock = clock;
        this.view = journal.room(admission.queueCapacity(), admission.batchPatience())
                .map(room -> new View(room, admission.limit().initial()))
                .cache(_ -> VIEW_LIVES, _ -> VIEW_LIVES, () -> Duration.ZERO);
    }

    /** The waiting room, a second old at most. */
    Mono<View> view() {
        return view;
    }

    /** The progress of that generation now. Without its position if the journal cannot be read. */
    public Mono<Progress> of(Generation generation) {
        return generation.status() == Status.QUEUED
                ? view.onErrorComplete()
                        .map(room -> queued(generation, room))
                        .switchIfEmpty(Mono.fromSupplier(() -> queued(generation)))
                : Mono.fromSupplier(() -> underWay(generation));
    }

    /** One whose place nobody counted yet may be submitted in a moment: only what shuts the gate is told of it. */
    private Progress queued(Generation generation) {
        return new Progress(0, null, null, null, gate.waitingFor().orElse(null));
    }

    private Progress queued(Generation generation, View room) {
        Optional<Integer> place = room.place(generation.id());
        if (place.isEmpty()) {
            return queued(generation);
        }
        Duration takes = usually(generation);
        Duration start = room.until(place.get(), room.drain(takes));
        return new Progress(
                0,
                start.plus(takes).toSeconds(),
                start.toSeconds(),
                place.get(),
                room.isPaused() ? WaitingFor.PAUSED : gate.waitingFor().orElse(WaitingFor.LIMIT));
    }

    /** The same for one that is not queued: needs no journal. */
    public Progress underWay(Generation generation) {
        return switch (generation.status()) {
            case QUEUED -> queued(generation);
            case SUBMITTING -> Progress.of(0, atLeastOne(usually(generation)));
            case PROCESSING -> processing(generation);
            case OVERDUE -> Progress.of(MOST_BEFORE_THE_ENDING, null);
            case COMPLETED -> Progress.of(100, 0L);
            case FAILED, REJECTED, CANCELLED, UNKNOWN, TIMED_OUT -> Progress.of(0, null);
        };
    }

    /**
     * What is told is what nine in ten keep; straight to 90 until then, and ever slower after it: it may be late, it never
     * falls and is never done early.
     */
    private Progress processing(Generation generation) {
        Duration usual = usually(generation);
        Duration elapsed = Duration.between(generation.acceptedAt().orElseThrow(), clock.instant());
        double part = Math.max(0, elapsed.toMillis() / (double) Math.max(1, usual.toMillis()));
        double percent = part <= 1
                ? PERCENT_WHEN_NINE_IN_TEN * part
                : MOST_BEFORE_THE_ENDING - (MOST_BEFORE_THE_ENDING - PERCENT_WHEN_NINE_IN_TEN) / part;
        return Progress.of((int) percent, atLeastOne(usual.minus(elapsed)));
    }

    private Duration usually(Generation generation) {
        @Nullable String model = generation.request().selectedModel();
        return durations.nineInTen(model).orElse(Durations.FIRST_GUESS);
    }

    private static Long atLeastOne(Duration left) {
        return Math.max(1, left.toSeconds());
    }
}
