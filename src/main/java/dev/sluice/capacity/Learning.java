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

    /** Takes up what was learnt before this start, within the bounds that are set now; answers the limit. */
    public Mono<Limit> takeUp() {
        return journal.durations(Durations.NEWEST_OF_EACH)
                .doOnNext(took -> took.forEach(durations::learn))
                .then(journal.learn(rule.initial(), rule.withinBounds()));
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
        String model = generation.request().selectedModel();
        Optional<Duration> took = generation
                .acceptedAt()
                .map(since -> Duration.between(since, generation.last().at()));
        Optional<Boolean> kept = took.flatMap(it -> durations.nineInTen(model).map(told -> it.compareTo(told) <= 0));
        took.ifPresent(it -> durations.learn(model, it));
        return kept;
    }
}
