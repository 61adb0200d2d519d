package dev.sluice.generation;

import dev.sluice.generation.GenerationEvent.Cancelled;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Failed;
import dev.sluice.generation.GenerationEvent.Overdue;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Rejected;
import dev.sluice.generation.GenerationEvent.Submitting;
import dev.sluice.generation.GenerationEvent.TimedOut;
import dev.sluice.generation.GenerationEvent.Unknown;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One generation: what was asked, by whom, and the log of what became of it. All else is a reading of that log.
 *
 * @param log every recorded event in order; never empty, the first one queued
 */
public record Generation(GenerationId id, CallerId caller, GenerationRequest request, List<Recorded> log) {

    public Generation {
        log = List.copyOf(log);
    }

    /**
     * This generation one event later.
     *
     * @throws IllegalStateException if that event is not the next one, or may not follow
     */
    public Generation after(Recorded next) {
        if (next.sequence() != sequence() + 1 || !status().mayBeFollowedBy(next.status())) {
            throw new IllegalStateException("Generation %s: event %d %s after event %d %s"
                    .formatted(id, next.sequence(), next.status().word(), sequence(), status().word()));
        }
        return new Generation(
                id,
                caller,
                request,
                Stream.concat(log.stream(), Stream.of(next)).toList());
    }

    /** This generation as it stood right after that event. */
    public Generation asOf(long sequence) {
        return new Generation(id, caller, request, log.subList(0, (int) sequence));
    }

    public Recorded last() {
        return log.getLast();
    }

    public Status status() {
        return last().status();
    }

    /** The place of the newest event. */
    public long sequence() {
        return last().sequence();
    }

    public boolean hasEnded() {
        return status().hasEnded();
    }

    public Instant createdAt() {
        return log.getFirst().at();
    }

    /** When the submit that counts was sent; empty while none was, or while all came back. */
    public Optional<Instant> submittedAt() {
        return status() == Status.QUEUED
                ? Optional.empty()
                : newest(Submitting.class).map(Recorded::at);
    }

    /** When the upstream accepted it. */
    public Optional<Instant> acceptedAt() {
        return newest(Processing.class).map(Recorded::at);
    }

    public Optional<Instant> finishedAt() {
        return hasEnded() ? Optional.of(last().at()) : Optional.empty();
    }

    public Optional<String> upstreamId() {
        return log.reversed().stream()
                .flatMap(recorded -> Optional.ofNullable(upstreamId(recorded.event())).stream())
                .findFirst();
    }

    private static @Nullable String upstreamId(GenerationEvent event) {
        return switch (event) {
            case Processing processing -> processing.upstreamId();
            case Failed failed -> failed.upstreamId();
            case Queued _, Submitting _, Overdue _, Completed _, Rejected _, Cancelled _, Unknown _, TimedOut _ -> null;
        };
    }

    /** Whether its owner had what was asked and what was made removed; the upstream's words are gone with it. */
    public boolean isErased() {
        return request.prompt().isEmpty();
    }

    /** Where the pictures are, as the upstream said; empty unless completed. */
    public List<String> imageUrls() {
        return last().event() instanceof Completed completed ? completed.imageUrls() : List.of();
    }

    /** Why there is no picture, for an ending without one. */
    public Optional<Problem> error() {
        return switch (last().event()) {
            case Failed failed -> Optional.of(failed.why());
            case Rejected rejected -> Optional.of(rejected.why());
            case Unknown unknown -> Optional.of(unknown.why());
            case TimedOut timedOut -> Optional.of(timedOut.why());
            case Queued _, Submitting _, Processing _, Overdue _, Completed _, Cancelled _ -> Optional.empty();
        };
    }

    /** Why it is back in the queue, if it is. */
    public Optional<WaitingFor> returnedFor() {
        return last().event() instanceof Queued queued ? Optional.ofNullable(queued.returnedFor()) : Optional.empty();
    }

    /** What it cost, or may have cost. */
    public Credits credits() {
        return log.reversed().stream()
                .flatMap(recorded -> Optional.ofNullable(credits(recorded.event())).stream())
                .findFirst()
                .orElse(new Credits(0, null, 0));
    }

    private @Nullable Credits credits(GenerationEvent event) {
        return switch (event) {
            case Processing it -> spent(it.creditsUsed(), it.creditsRemaining());
            case Failed it ->
                it.creditsUsed() == null && acceptedAt().isPresent()
                        ? null
                        : spent(it.creditsUsed(), it.creditsRemaining());
            case Unknown it -> new Credits(0, null, it.creditsAtRisk());
            case Submitting _ -> new Credits(0, null, leastCost());
            case Queued _, Rejected _, Cancelled _ -> new Credits(0, null, 0);
            case Overdue _, Completed _, TimedOut _ -> null;
        };
    }

    private static Credits spent(@Nullable Long used, @Nullable Long remaining) {
        return new Credits(used == null ? 1 : used, remaining, 0);
    }

    /** What any model would at least take for it: one credit, and one more for each reference image after the first. */
    public long leastCost() {
        return 1L + Math.max(0, request.referenceImages() - 1);
    }

    /** The answer to the submit as the upstream gave it, once it accepted. */
    public Optional<String> submitAnswer() {
        return newest(Processing.class).map(recorded -> ((Processing) recorded.event()).answer());
    }

    private Optional<Recorded> newest(Class<? extends GenerationEvent> kind) {
        return log.reversed().stream()
                .filter(recorded -> kind.isInstance(recorded.event()))
                .findFirst();
    }
}
