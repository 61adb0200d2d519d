package dev.sluice.api;

import dev.sluice.access.Caller;
import dev.sluice.capacity.Admission;
import dev.sluice.capacity.Forecast;
import dev.sluice.capacity.WaitingRoom;
import dev.sluice.capacity.WaitingRoom.Ask;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.intake.IdempotencyKey;
import dev.sluice.intake.Intake;
import dev.sluice.intake.Wanted;
import dev.sluice.journal.Accepted;
import dev.sluice.journal.Journal;
import dev.sluice.stream.Frame;
import dev.sluice.stream.GenerationJson;
import dev.sluice.stream.Streams;
import dev.sluice.stream.TooManyStreams;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Generations: ask for one, follow it or wait for it, look at it. */
@RestController
final class GenerationsController {

    private static final Duration USUAL_WAIT = Duration.ofSeconds(50);

    private final Intake intake;
    private final Journal journal;
    private final Streams streams;
    private final Forecast forecast;
    private final Admission admission;
    private final WaitingRoom room;
    private final Resumption resumption;

    GenerationsController(
            Intake intake,
            Journal journal,
            Streams streams,
            Forecast forecast,
            Admission admission,
            WaitingRoom room,
            Resumption resumption) {
        this.intake = intake;
        this.journal = journal;
        this.streams = streams;
        this.forecast = forecast;
        this.admission = admission;
        this.room = room;
        this.resumption = resumption;
    }

    /** Accepts a generation and answers with its stream, its ending, or its beginning. */
    @PostMapping("/v1/generations")
    Mono<Void> post(ServerWebExchange exchange) {
        boolean asStream = Accepts.best(exchange, MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM)
                .equals(MediaType.TEXT_EVENT_STREAM);
        if (exchange.getRequest().getHeaders().containsHeader(Resumption.LAST_EVENT_ID)) {
            return resumption.join(exchange, asStream);
        }
        Caller caller = Caller.of(exchange);
        if (asStream) {
            streams.requirePlace(caller.id());
        }
        return intake.read(exchange)
                .flatMap(wanted -> open(exchange, caller, wanted))
                .doOnNext(generation ->
                        exchange.getResponse().getHeaders().set(HttpHeaders.LOCATION, GenerationJson.self(generation)))
                .flatMap(generation ->
                        asStream ? Streams.answer(exchange, streamOf(generation)) : waitFor(exchange, generation));
    }

    /** Once it is accepted it is told, even if others took the last place meanwhile: a refusal would be paid twice. */
    private Flux<Frame> streamOf(Generation accepted) {
        return streams.stream(accepted, 0).onErrorResume(TooManyStreams.class, _ -> streams.watch(accepted, 0));
    }

    private Mono<Generation> open(ServerWebExchange exchange, Caller caller, Wanted wanted) {
        Ask ask = new Ask(
                GenerationId.next(),
                wanted.request(),
                admission.waitAtMost(wanted.request().priority(), wanted.queueTimeout()),
                false);
        return room.accept(
                        caller.id(),
                        caller.allowance(),
                        List.of(ask),
                        null,
                        IdempotencyKey.of(exchange.getRequest(), wanted))
                .doOnNext(accepted -> RateLimit.tell(exchange.getResponse(), accepted))
                .map(Accepted::first);
    }

    private Mono<Void> waitFor(ServerWebExchange exchange, Generation accepted) {
        Preference preference = Preference.of(exchange.getRequest().getHeaders(), USUAL_WAIT);
        return streams.ending(accepted, preference.longest())
                .flatMap(generation -> Answers.body(forecast, generation)
                        .flatMap(body -> answer(exchange.getResponse(), preference, generation, body)));
    }

    private static Mono<Void> answer(
            ServerHttpResponse response, Preference preference, Generation generation, ObjectNode body) {
        preference.applyTo(response);
        if (generation.hasEnded()) {
            return Answers.json(response, 200, body);
        }
        Answers.putRetryAfter(response, Stream.of(body));
        return Answers.json(response, 202, body);
    }

    /** One generation as it stands, or as it ends if the caller prefers to wait. */
    @GetMapping("/v1/generations/{id}")
    Mono<Void> get(ServerWebExchange exchange, @PathVariable String id) {
        Accepts.best(exchange, MediaType.APPLICATION_JSON);
        Preference preference = Preference.of(exchange.getRequest().getHeaders(), Duration.ZERO);
        return find(exchange, id)
                .flatMap(known -> streams.ending(known, preference.longest()))
                .flatMap(generation -> {
                    preference.applyTo(exchange.getResponse());
                    return Answers.unlessKnown(exchange, generation.sequence(), Answers.body(forecast, generation));
                });
    }

    private Mono<Generation> find(ServerWebExchange exchange, String id) {
        return Resumption.find(journal, exchange, id);
    }
}
