package dev.sluice.dropin;

import dev.sluice.access.Caller;
import dev.sluice.capacity.Admission;
import dev.sluice.capacity.WaitingRoom;
import dev.sluice.capacity.WaitingRoom.Ask;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.intake.Refusal;
import dev.sluice.intake.Wanted;
import dev.sluice.journal.Accepted;
import dev.sluice.journal.Journal;
import dev.sluice.journal.JournalUnavailable;
import dev.sluice.journal.Opening;
import dev.sluice.stream.Streams;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Requests that are held while their generation waits for its place. Nobody holds the generation's id meanwhile, and a
 * retry would pay twice: so whoever goes away, or is sent away without an answer, has withdrawn it.
 */
final class HeldRequests {

    private static final Logger log = LoggerFactory.getLogger(HeldRequests.class);

    /** Longer than any usual wait in the queue, submit and fast polling together: a backstop, not a promise. */
    private static final Duration LONGEST_HOLD = Duration.ofMinutes(15);

    /** Tries to write a withdrawal into a log that stutters. */
    private static final int WITHDRAWN_AGAIN = 6;

    private final Journal journal;
    private final Streams streams;
    private final Admission admission;
    private final WaitingRoom room;

    HeldRequests(Journal journal, Streams streams, Admission admission, WaitingRoom room) {
        this.journal = journal;
        this.streams = streams;
        this.admission = admission;
        this.room = room;
    }

    /**
     * Accepts a generation and answers for it. Cancel withdraws it, however early it comes: an acceptance that has begun
     * goes on to its end, and the withdrawal comes after it. Not so with a key: whoever has one finds the generation again
     * by it.
     */
    Mono<Void> open(Caller caller, Wanted wanted, Opening.@Nullable Key key, Function<Generation, Mono<Void>> answer) {
        return Mono.defer(() -> {
            GenerationId id = GenerationId.next();
            Ask ask = new Ask(id, wanted.request(), admission.dropInWaitAtMost(wanted.queueTimeout()), key == null);
            Mono<Generation> opened = room.accept(caller.id(), caller.allowance(), List.of(ask), null, key)
                    .map(Accepted::first);
            return key == null ? withdrawnOnCancel(opened.cache(), answer) : opened.flatMap(answer);
        });
    }

    /** @param opening is cancelled by nobody, and tells everybody the same */
    private Mono<Void> withdrawnOnCancel(Mono<Generation> opening, Function<Generation, Mono<Void>> answer) {
        return opening.flatMap(accepted -> answer.apply(accepted).doOnError(_ -> leave(accepted.id())))
                .doOnCancel(() -> opening.onErrorComplete().subscribe(accepted -> leave(accepted.id())));
    }

    /**
     * The generation as soon as it is as wanted or has ended; at a shutdown as it stands, but never queued: that ends in
     * a {@link Refusal}, and what nobody could find again by a key is withdrawn.
     */
    Mono<Generation> until(Generation accepted, Opening.@Nullable Key key, Predicate<Generation> wanted) {
        return streams.until(accepted, wanted.or(Generation::hasEnded), LONGEST_HOLD)
                .flatMap(now -> now.status() == Status.QUEUED ? giveUp(now, key) : Mono.just(now));
    }

    private Mono<Generation> giveUp(Generation queued, Opening.@Nullable Key key) {
        return (key == null ? journal.withdraw(queued.id()) : Mono.<Generation>empty())
                .filter(now -> now.status() != Status.CANCELLED)
                .switchIfEmpty(Mono.error(() -> new Refusal(
                        ProblemType.WAITED_TOO_LONG, "No place came free in time. Nothing was charged; ask again")));
    }

    /** Withdraws what is not accepted upstream by now. Never fails anybody: the caller is gone. */
    void leave(GenerationId id) {
        journal.withdraw(id)
                .retryWhen(Retry.backoff(WITHDRAWN_AGAIN, Duration.ofMillis(200))
                        .filter(JournalUnavailable.class::isInstance))
                .subscribe(
                        _ -> {},
                        e -> log.warn(
                                "A caller left, and its generation could not be withdrawn: id={} because={}",
                                id,
                                e.toString()));
    }
}
