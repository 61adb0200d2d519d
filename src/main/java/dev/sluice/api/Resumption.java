package dev.sluice.api;

import dev.sluice.access.Caller;
import dev.sluice.generation.EventId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import dev.sluice.journal.Journal;
import dev.sluice.journal.JournalUnavailable;
import dev.sluice.stream.Frame;
import dev.sluice.stream.GenerationJson;
import dev.sluice.stream.Streams;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Goes on with a stream where a caller's last one was cut. */
@RestController
final class Resumption {

    static final String LAST_EVENT_ID = "Last-Event-ID";

    private final Journal journal;
    private final Streams streams;

    Resumption(Journal journal, Streams streams) {
        this.journal = journal;
        this.streams = streams;
    }

    /**
     * The stream of a generation. An EventSource gives up for good on any answer but 200, so what passes by itself is
     * answered with an empty stream that says when to come back.
     */
    @GetMapping("/v1/generations/{id}/events")
    Mono<Void> events(ServerWebExchange exchange, @PathVariable String id) {
        Accepts.best(exchange, MediaType.TEXT_EVENT_STREAM);
        return find(journal, exchange, id)
                .flatMap(generation -> {
                    long seen = seen(exchange, generation);
                    return resume(
                            exchange,
                            generation,
                            seen,
                            Answers.orComeBackLater(streams.stream(generation, seen), streams));
                })
                .onErrorResume(JournalUnavailable.class, _ -> Answers.comeBackLater(exchange, streams));
    }

    /**
     * Joins the generation that a POST's {@code Last-Event-ID} names and creates nothing: clients that stream over POST
     * send it again when the line is cut, and must not pay twice.
     */
    Mono<Void> join(ServerWebExchange exchange, boolean asStream) {
        String given = exchange.getRequest().getHeaders().getFirst(LAST_EVENT_ID);
        EventId last = EventId.parse(given == null ? "" : given).orElseThrow(Resumption::namesNone);
        return journal.find(last.generation(), Caller.of(exchange).id())
                .switchIfEmpty(Mono.error(Resumption::namesNone))
                .doOnNext(generation -> {
                    requireStream(asStream);
                    exchange.getResponse().getHeaders().set(HttpHeaders.LOCATION, GenerationJson.self(generation));
                })
                .flatMap(generation -> {
                    long seen = placeIn(generation, last);
                    return resume(exchange, generation, seen, streams.stream(generation, seen));
                });
    }

    static void requireStream(boolean asStream) {
        if (!asStream) {
            throw new Refusal(
                    ProblemType.NOT_ACCEPTABLE,
                    "A request with Last-Event-ID joins a stream: accept text/event-stream");
        }
    }

    private static Refusal namesNone() {
        return new Refusal(
                ProblemType.INVALID_LAST_EVENT_ID,
                "A POST with Last-Event-ID joins the generation it names, and it names none of yours. Leave it out to"
                        + " create one");
    }

    private static Mono<Void> resume(ServerWebExchange exchange, Generation generation, long seen, Flux<Frame> frames) {
        return generation.hasEnded() && seen == generation.sequence()
                ? Answers.empty(exchange.getResponse(), 204)
                : Streams.answer(exchange, frames);
    }

    /** The place that the caller has seen; from the beginning if it says nothing, or nonsense. */
    private static long seen(ServerWebExchange exchange, Generation generation) {
        return EventId.parse(lastEventId(exchange))
                .filter(last -> last.generation().equals(generation.id()))
                .map(last -> placeIn(generation, last))
                .orElse(0L);
    }

    /** By the header, else by the query; empty if by neither. */
    static String lastEventId(ServerWebExchange exchange) {
        String header = exchange.getRequest().getHeaders().getFirst(LAST_EVENT_ID);
        String given =
                header != null ? header : exchange.getRequest().getQueryParams().getFirst("lastEventId");
        return given == null ? "" : given;
    }

    private static long placeIn(Generation generation, EventId last) {
        return last.sequence() <= generation.sequence() ? last.sequence() : 0;
    }

    /** The caller's generation of that id, or the refusal that there is none. */
    static Mono<Generation> find(Journal journal, ServerWebExchange exchange, @Nullable String id) {
        return Mono.justOrEmpty(GenerationId.parse(id == null ? "" : id))
                .filter(parsed -> Caller.of(exchange).maySee(parsed))
                .flatMap(parsed -> journal.find(parsed, Caller.of(exchange).id()))
                .switchIfEmpty(Mono.error(() ->
                        new Refusal(ProblemType.NOT_FOUND, "There is no generation of this id, or it is not yours")));
    }
}
