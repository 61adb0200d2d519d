package dev.sluice.capacity;

import dev.sluice.generation.Generation;
import dev.sluice.journal.Journal;
import dev.sluice.journal.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What answers and endings teach about the upstream: how many tasks it takes at once, and for how long each has its place. */
public final class Learning {

    private final Journal journal;
    private final LimitRule rule;
    private final Durations durations;

    Learning(Journal journal, LimitRule rule, Durations durations) {
        this.journal = journal;
        this.rule = rule;
        this.durations = durations;
    }

    /**
     * Takes up what was learnt before this start, within the bounds that are set now; answers the limit.
     *
     * @param gap how long before an ending the poll before it may have been: the log does not tell
     */
    public Mono<Limit> takeUp(Duration gap) {
        return journal.durations(Sightings.MOST)
                .doOnNext(took -> took.forEach(it -> ended(it.model(), seen(it.duration(), gap))))
                .then(journal.learn(rule.initial(), rule.withinBounds()));
    }

    private static Sighting seen(Duration took, Duration gap) {
        Duration by = took.isPositive() ? took : Duration.ofMillis(1);
        return new Sighting(by.compareTo(gap) > 0 ? by.minus(gap) : Duration.ZERO, by);
    }

    /** A submit was accepted, and that is recorded. */
    public Mono<Limit> accepted() {
        return journal.learn(rule.initial(), rule.accepted());
    }

    /**
     * A submit met a busy upstream, and is recorded as queued again.
     *
     * @param sentAt when it began
     * @param activeTasks how many tasks the upstream says it has, if it says
     */
    public Mono<Limit> busy(Instant sentAt, @Nullable Integer activeTasks) {
        return journal.learn(rule.initial(), rule.busy(sentAt, activeTasks));
    }

    /** A generation was completed; answers whether within the time that was told of it, if any was. */
    public Optional<Boolean> completed(Generation generation) {
        return generation
                .acceptedAt()
                .map(since -> Duration.between(since, generation.last().at()))
                .flatMap(took -> durations
                        .nineInTen(generation.request().selectedModel())
                        .map(told -> took.compareTo(told) <= 0));
    }

    /** The ending of a completed generation was seen. */
    public void ended(@Nullable String selectedModel, Sighting ending) {
        durations.learn(selectedModel, ending);
    }

    /** When endings are likely; empty until enough were seen. May take some milliseconds to compute. */
    public Optional<Spread> spread(@Nullable String selectedModel) {
        return durations.spread(selectedModel);
    }
}
