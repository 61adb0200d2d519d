package dev.sluice.api;

import dev.sluice.access.Caller;
import dev.sluice.generation.BatchId;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Places;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import dev.sluice.journal.Journal;
import dev.sluice.journal.JournalUnavailable;
import dev.sluice.stream.Frame;
import dev.sluice.stream.Several;
import dev.sluice.stream.Streams;
import java.util.List;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Follows several generations on one connection, from where a caller's last one was cut. */
@RestController
final class ResumptionOfSeveral {

    private final Journal journal;
    private final Streams streams;

    ResumptionOfSeveral(Journal journal, Streams streams) {
        this.journal = journal;
        this.streams = streams;
    }

    /** The stream of a batch, which ends with the batch itself once all have ended. */
    @GetMapping("/v1/batches/{id}/events")
    Mono<Void> events(ServerWebExchange exchange, @PathVariable String id) {
        Accepts.best(exchange, MediaType.TEXT_EVENT_STREAM);
        return Batches.find(journal, exchange, id)
                .flatMap(batch -> resumeOrComeBackLater(exchange, batch))
                .onErrorResume(JournalUnavailable.class, _ -> Answers.comeBackLater(exchange, streams));
    }

    /** The stream of the generations that the query names, which closes when all have ended. */
    @GetMapping("/v1/events")
    Mono<Void> events(ServerWebExchange exchange) {
        Accepts.best(exchange, MediaType.TEXT_EVENT_STREAM);
        return chosen(exchange)
                .flatMap(several -> resumeOrComeBackLater(exchange, several))
                .onErrorResume(JournalUnavailable.class, _ -> Answers.comeBackLater(exchange, streams));
    }

    private Mono<Several> chosen(ServerWebExchange exchange) {
        List<String> named = exchange.getRequest().getQueryParams().getOrDefault("generation", List.of()).stream()
                .map(id -> Objects.requireNonNullElse(id, ""))
                .distinct()
                .toList();
        if (named.isEmpty() || named.size() > Places.MOST) {
            throw new Refusal(
                    ProblemType.INVALID_FIELD,
                    "generation: name 1 to %d generations, not %d".formatted(Places.MOST, named.size()));
        }
        List<GenerationId> ids =
                named.stream().flatMap(id -> GenerationId.parse(id).stream()).toList();
        return Mono.just(ids)
                .filter(all -> all.size() == named.size())
                .filter(all -> all.stream().allMatch(Caller.of(exchange)::maySee))
                .flatMap(all -> journal.findAll(all, Caller.of(exchange).id()))
                .filter(found -> found.size() == named.size())
                .map(Several::chosen)
                .switchIfEmpty(Mono.error(() -> new Refusal(
                        ProblemType.NOT_FOUND, "There is no generation of one of these ids, or it is not yours")));
    }

    /** Joins the batch that a POST's {@code Last-Event-ID} names and creates nothing, as for one generation. */
    Mono<Void> join(ServerWebExchange exchange, boolean asStream) {
        String given =
                Objects.requireNonNullElse(exchange.getRequest().getHeaders().getFirst(Resumption.LAST_EVENT_ID), "");
        return Mono.justOrEmpty(Places.parse(given).flatMap(places -> BatchId.parse(places.name())))
                .flatMap(id -> Batches.find(journal, exchange, id))
                .switchIfEmpty(Mono.error(ResumptionOfSeveral::namesNone))
                .doOnNext(batch -> {
                    Resumption.requireStream(asStream);
                    exchange.getResponse().getHeaders().set(HttpHeaders.LOCATION, Batches.self(batch));
                })
                .flatMap(batch -> {
                    Places seen = batch.placesIn(given);
                    return resume(exchange, batch, seen, streams.stream(batch, seen));
                });
    }

    private static Refusal namesNone() {
        return new Refusal(
                ProblemType.INVALID_LAST_EVENT_ID,
                "A POST with Last-Event-ID joins the batch it names, and it names none of yours. Leave it out to create"
                        + " one");
    }

    private Mono<Void> resumeOrComeBackLater(ServerWebExchange exchange, Several several) {
        Places seen = several.placesIn(Resumption.lastEventId(exchange));
        return resume(exchange, several, seen, Answers.orComeBackLater(streams.stream(several, seen), streams));
    }

    private static Mono<Void> resume(ServerWebExchange exchange, Several several, Places seen, Flux<Frame> frames) {
        return several.isOverFor(seen) ? Answers.empty(exchange.getResponse(), 204) : Streams.answer(exchange, frames);
    }
}
