package dev.sluice.conductor;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Submitting;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Priority;
import dev.sluice.generation.Recorded;
import dev.sluice.journal.Hold;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Generations as the conductor has them. */
final class Holds {

    private Holds() {}

    /** One that the upstream has accepted at that moment. */
    static Hold accepted(Instant now) {
        GenerationId id = GenerationId.next();
        var request = new GenerationRequest("a fox", null, 0, "{}", Priority.INTERACTIVE, Map.of());
        List<GenerationEvent> events =
                List.of(new Queued(null), new Submitting(), new Processing("up-1", 1L, null, "{}"));
        return new Hold(
                new Generation(
                        id,
                        new CallerId("me"),
                        request,
                        IntStream.range(0, events.size())
                                .mapToObj(i -> new Recorded(id, i + 1, now, events.get(i)))
                                .toList()),
                1);
    }

    /** The same once that has happened to it. */
    static Hold after(Hold hold, GenerationEvent event, Instant now) {
        return new Hold(
                hold.generation()
                        .after(new Recorded(hold.id(), hold.generation().sequence() + 1, now, event)),
                hold.epoch());
    }
}
