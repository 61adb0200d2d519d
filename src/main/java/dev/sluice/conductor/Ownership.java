package dev.sluice.conductor;

import dev.sluice.generation.GenerationId;
import dev.sluice.journal.Hold;
import dev.sluice.journal.Journal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Who owns what is under way, and so polls it: what the dead left is taken up, what others took is let go. One question to
 * it at a time.
 */
final class Ownership {

    private static final Logger log = LoggerFactory.getLogger(Ownership.class);

    private final Journal journal;
    private final String owner;
    private final Duration longestSubmit;
    private final Pollers pollers;
    private final ConductorMeters meters;

    private Set<GenerationId> idleBefore = Set.of();
    private long termSeen;

    /** @param longestSubmit how long an answer to a submit is waited for */
    Ownership(Journal journal, Duration longestSubmit, Pollers pollers, ConductorMeters meters) {
        this.journal = journal;
        this.owner = journal.owner();
        this.longestSubmit = longestSubmit;
        this.pollers = pollers;
        this.meters = meters;
    }

    /** Takes over what was under way when its owner died, and polls it. */
    Mono<Void> takeUpWhatTheDeadLeft() {
        return Mono.defer(() -> journal.adopt(
                        owner,
                        longestSubmit,
                        generation -> Submission.lostAnswer(generation, "Sluice was stopped meanwhile", "")))
                .doOnNext(adopted -> adopted.forEach(this::takeUp))
                .then();
    }

    private void takeUp(Hold adopted) {
        log.info(
                "Generation taken up again: id={} status={}",
                adopted.id(),
                adopted.generation().status().word());
        meters.adopted();
        pollers.poll(adopted);
    }

    /** Whether others may have taken this process for dead since it last looked what is its own, and have that now. */
    boolean mayHaveChanged() {
        return journal.term() != termSeen;
    }

    /**
     * What this process polls and does not own was taken over while it looked dead, and is let go. What it owns and does
     * not poll for two rounds has lost its poller, and gets another. What is polled is asked for first: what comes to be
     * polled meanwhile is not mistaken for somebody else's.
     */
    Mono<Void> pollWhatIsOurs() {
        return Mono.defer(() -> {
            long term = journal.term();
            Set<GenerationId> polled = pollers.ids();
            return journal.underWay(owner)
                    .doOnNext(ours -> {
                        Set<GenerationId> owned = ours.stream().map(Hold::id).collect(Collectors.toSet());
                        polled.stream().filter(id -> !owned.contains(id)).forEach(pollers::letGo);
                        pollTheIdle(ours.stream()
                                .filter(hold -> !polled.contains(hold.id()))
                                .toList());
                        termSeen = term;
                    })
                    .then();
        });
    }

    private void pollTheIdle(List<Hold> idle) {
        idle.stream().filter(hold -> idleBefore.contains(hold.id())).forEach(pollers::poll);
        idleBefore = idle.stream().map(Hold::id).collect(Collectors.toSet());
    }
}
