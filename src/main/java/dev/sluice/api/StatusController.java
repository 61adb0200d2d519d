package dev.sluice.api;

import dev.sluice.access.Caller;
import dev.sluice.capacity.Situations;
import dev.sluice.stream.Streams;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** How things stand, as far as the caller may know. */
@RestController
final class StatusController {

    private final Situations situations;
    private final SituationFrames frames;
    private final Streams streams;

    StatusController(Situations situations, SituationFrames frames, Streams streams) {
        this.situations = situations;
        this.frames = frames;
        this.streams = streams;
    }

    /** Now, or as a stream again whenever it has changed. */
    @GetMapping("/v1/status")
    Mono<Void> status(ServerWebExchange exchange) {
        boolean asStream = Accepts.best(exchange, MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM)
                .equals(MediaType.TEXT_EVENT_STREAM);
        Caller caller = Caller.of(exchange);
        return asStream
                ? stream(exchange, caller)
                : situations
                        .of(caller.id(), caller.allowance())
                        .flatMap(now -> Answers.json(exchange.getResponse(), 200, SituationJson.of(now)));
    }

    /** An EventSource gives up for good on any answer but 200: without a place it is told when to come back. */
    private Mono<Void> stream(ServerWebExchange exchange, Caller caller) {
        return Streams.answer(
                exchange, Answers.orComeBackLater(streams.stream(caller.id(), frames.of(caller)), streams));
    }
}
