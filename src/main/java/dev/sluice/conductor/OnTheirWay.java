package dev.sluice.conductor;

import dev.sluice.generation.GenerationId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The submits of this process that have begun and have no outcome in the log yet. A generation that met a busy upstream
 * may be claimed and submitted again before all that belongs to its last submit is done: the end of the one leaves the
 * other on its way. Whatever looks as if it had never been sent is sent again, and paid twice if that is not so.
 */
final class OnTheirWay {

    private final Map<GenerationId, Submit> submits = new ConcurrentHashMap<>();

    /** One submit of a generation. */
    final class Submit {

        private final GenerationId id;
        private final Sinks.Empty<Void> over = Sinks.empty();

        private Submit(GenerationId id) {
            this.id = id;
        }

        /** Its outcome is written. */
        void end() {
            submits.remove(id, this);
            over.tryEmitEmpty();
        }

        /** Nobody waits for it any more, but it may have been sent, and stays among what is on its way. */
        void endsUnknown() {
            over.tryEmitEmpty();
        }
    }

    /** The newest submit of a generation takes the place of the one before. */
    Submit begin(GenerationId id) {
        Submit submit = new Submit(id);
        submits.put(id, submit);
        return submit;
    }

    /** What is on its way now. */
    Set<GenerationId> ids() {
        return Set.copyOf(submits.keySet());
    }

    /** Ends when all that is on its way now is over. */
    Mono<Void> settled() {
        return Flux.fromIterable(submits.values())
                .flatMap(submit -> submit.over.asMono(), Integer.MAX_VALUE)
                .then();
    }
}
