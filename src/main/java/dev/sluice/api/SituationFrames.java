package dev.sluice.api;

import dev.sluice.access.Caller;
import dev.sluice.capacity.Situations;
import dev.sluice.generation.CallerId;
import dev.sluice.stream.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ObjectNode;

/**
 * How things stand for a caller, again whenever that has changed. However many streams a caller has, it is looked at once
 * a second and encoded once for all of them, and only while there are any.
 */
final class SituationFrames {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** A log that stutters for so long ends the streams: what they show must not be taken for the truth for ever. */
    private static final Duration TOO_OLD = Duration.ofSeconds(10);

    private final Situations situations;
    private final Map<CallerId, Flux<Frame>> byCaller = new ConcurrentHashMap<>();

    SituationFrames(Situations situations) {
        this.situations = situations;
    }

    /** The newest at once, then each that differs from the one before. Fails if it cannot be known any more. */
    Flux<Frame> of(Caller caller) {
        return Flux.defer(() -> byCaller.computeIfAbsent(caller.id(), _ -> shared(caller)));
    }

    private Flux<Frame> shared(Caller caller) {
        return Flux.interval(Duration.ZERO, LOOK_EVERY)
                .onBackpressureDrop()
                .concatMap(_ -> look(caller).onErrorComplete(), 0) // the next look may succeed
                .timeout(TOO_OLD)
                .distinctUntilChanged()
                .publishOn(Schedulers.parallel()) // many streams are not served on the log's own thread
                .map(SituationFrames::frame)
                .doFinally(_ -> byCaller.remove(caller.id()))
                .replay(1)
                .refCount(
                        1, LOOK_EVERY); // without the grace a reader that leaves at once would keep it looking for ever
    }

    private Mono<ObjectNode> look(Caller caller) {
        return situations.of(caller.id(), caller.allowance()).map(SituationJson::of);
    }

    private static Frame frame(ObjectNode situation) {
        return Frame.news("status", situation.toString().getBytes(StandardCharsets.UTF_8));
    }
}
