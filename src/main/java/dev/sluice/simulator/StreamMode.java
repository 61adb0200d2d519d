package dev.sluice.simulator;

import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The events of a request in stream mode, from the first status to the one that ends it. */
final class StreamMode {

    private static final int STEPS = 10;

    private final Duration heartbeat;
    private final Function<Generation, ArrayNode> urls;

    StreamMode(Duration heartbeat, Function<Generation, ArrayNode> urls) {
        this.heartbeat = heartbeat;
        this.urls = urls;
    }

    Flux<String> events(Generation generation) {
        return Flux.merge(steps(generation.takes()), heartbeats())
                .startWith(event("status", "Generation started", 0))
                .takeUntilOther(Mono.delay(generation.takes()))
                .concatWith(Mono.fromSupplier(() -> ending(generation)))
                .map(ObjectNode::toString);
    }

    private static Flux<ObjectNode> steps(Duration takes) {
        return Flux.interval(takes.dividedBy(STEPS))
                .onBackpressureDrop()
                .take(STEPS - 1)
                .map(step -> event("status", "Generating image", (int) (step + 1) * 100 / STEPS));
    }

    /** Sets the progress back to 0: a quirk of the real one, and its readers must bear it. */
    private Flux<ObjectNode> heartbeats() {
        return Flux.interval(heartbeat).onBackpressureDrop().map(_ -> event("status", "Still working", 0));
    }

    private ObjectNode ending(Generation generation) {
        return switch (generation.outcome()) {
            case PICTURES -> {
                ObjectNode complete = event("complete", "Generation complete", 100);
                complete.putObject("data").put("success", true).set("imageUrls", urls.apply(generation));
                yield complete;
            }
            case FAILURE, UNSAFE -> {
                ObjectNode error = event("error", generation.outcome().message, 0);
                error.putObject("data").put("success", false).put("error", generation.outcome().message);
                yield error;
            }
        };
    }

    private static ObjectNode event(String type, String message, int progress) {
        return Json.object().put("type", type).put("message", message).put("progress", progress);
    }
}
