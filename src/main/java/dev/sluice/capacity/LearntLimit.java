package dev.sluice.capacity;

import dev.sluice.journal.Journal;
import dev.sluice.journal.Limit;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How many tasks may be in flight: learnt from the answers to submits, kept in the log, the same for all replicas. */
public final class LearntLimit {

    private final Journal journal;
    private final LimitRule rule;

    LearntLimit(Journal journal, LimitRule rule) {
        this.journal = journal;
        this.rule = rule;
    }

    /** Takes up what was learnt before, within the bounds that are set now. */
    public Mono<Limit> takeUp() {
        return journal.learn(rule.initial(), rule.withinBounds());
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
}
