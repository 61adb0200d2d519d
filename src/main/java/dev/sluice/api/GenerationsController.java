package dev.sluice.api;

import dev.sluice.access.Caller;
import dev.sluice.capacity.Admission;
import dev.sluice.capacity.Forecast;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Priority;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.intake.IdempotencyKey;
import dev.sluice.intake.Intake;
import dev.sluice.intake.Refusal;
import dev.sluice.intake.Wanted;
import dev.sluice.journal.Journal;
import dev.sluice.journal.Opening;
import dev.sluice.stream.GenerationJson;
import dev.sluice.stream.Streams;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Generations: ask for one, follow it or wait for it, look at it, list them. */
@RestController
final class GenerationsController {

    private static final Duration USUAL_WAIT = Duration.ofSeconds(50);
    private static final int USUAL_PAGE = 20;
    private static final int LARGEST_PAGE = 100;
    private static final long LONGEST_RETRY_AFTER = 30;

    private final Intake intake;
    private final Journal journal;
    private final Streams streams;
    private final Forecast forecast;
    private final Admission admission;
    private final Resumption resumption;

    GenerationsController(
            Intake intake,
            Journal journal,
            Streams streams,
            Forecast forecast,
            Admission admission,
            Resumption resumption) {
        this.intake = intake;
        this.journal = journal;
        this.streams = streams;
        this.forecast = forecast;
        this.admission = admission;
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
        return intake.read(exchange.getRequest())
                .flatMap(wanted -> open(exchange, caller, wanted))
                .doOnNext(generation ->
                        exchange.getResponse().getHeaders().set(HttpHeaders.LOCATION, GenerationJson.self(generation)))
                .flatMap(generation -> asStream
                        ? Answers.stream(exchange.getResponse(), streams.stream(generation, 0))
                        : waitFor(exchange, generation));
    }

    private Mono<Generation> open(ServerWebExchange exchange, Caller caller, Wanted wanted) {
        return journal.open(new Opening(
                GenerationId.next(),
                caller.id(),
                wanted.request(),
                waitAtMost(wanted.request(), wanted.queueTimeout()),
                admission.queueCapacity(),
                IdempotencyKey.of(exchange.getRequest(), wanted)));
    }

    private Duration waitAtMost(GenerationRequest request, @Nullable Duration asked) {
        Duration allowed = request.priority() == Priority.BATCH ? admission.batchMaxWait() : admission.maxWait();
        return asked == null || asked.compareTo(allowed) > 0 ? allowed : asked;
    }

    private Mono<Void> waitFor(ServerWebExchange exchange, Generation accepted) {
        Preference preference = Preference.of(exchange.getRequest().getHeaders(), USUAL_WAIT);
        return streams.ending(accepted, preference.longest())
                .flatMap(generation ->
                        json(generation).flatMap(body -> answer(exchange.getResponse(), preference, generation, body)));
    }

    private static Mono<Void> answer(
            ServerHttpResponse response, Preference preference, Generation generation, ObjectNode body) {
        preference.applied().ifPresent(applied -> response.getHeaders().set("Preference-Applied", applied));
        if (generation.hasEnded()) {
            return Answers.json(response, 200, body);
        }
        long eta = body.path("progress").path("etaSeconds").longValue(1);
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, "" + Math.clamp(eta, 1, LONGEST_RETRY_AFTER));
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
                    ServerHttpResponse response = exchange.getResponse();
                    preference
                            .applied()
                            .ifPresent(applied -> response.getHeaders().set("Preference-Applied", applied));
                    response.getHeaders().setETag("W/\"" + generation.sequence() + "\"");
                    return isKnown(exchange, generation)
                            ? Answers.empty(response, 304)
                            : json(generation).flatMap(body -> Answers.json(response, 200, body));
                });
    }

    private static boolean isKnown(ServerWebExchange exchange, Generation generation) {
        return exchange.getRequest().getHeaders().getValuesAsList(HttpHeaders.IF_NONE_MATCH).stream()
                .map(tag -> tag.replaceAll("^W/|\"", ""))
                .anyMatch(tag -> tag.equals("*") || tag.equals("" + generation.sequence()));
    }

    private Mono<Generation> find(ServerWebExchange exchange, String id) {
        return Resumption.find(journal, exchange, id);
    }

    private Mono<ObjectNode> json(Generation generation) {
        return forecast.of(generation).map(progress -> GenerationJson.of(generation, progress));
    }

    /**
     * Withdraws a generation: 200 when it was still queued, 202 when its submit is on its way and it will be withdrawn if
     * the upstream turns out not to have taken it, 409 later: the upstream cannot cancel. With {@code ?erase=true} what
     * its owner wrote and got is removed from one that has ended: 204.
     */
    @DeleteMapping("/v1/generations/{id}")
    Mono<Void> delete(ServerWebExchange exchange, @PathVariable String id) {
        Accepts.best(exchange, MediaType.APPLICATION_JSON);
        return "true".equals(exchange.getRequest().getQueryParams().getFirst("erase"))
                ? erase(exchange, id)
                : withdraw(exchange, id);
    }

    private Mono<Void> erase(ServerWebExchange exchange, String id) {
        return find(exchange, id)
                .flatMap(known -> journal.erase(known.id()))
                .switchIfEmpty(Mono.error(() -> conflict("It has not ended yet: withdraw it, or wait for its ending")))
                .flatMap(_ -> Answers.empty(exchange.getResponse(), 204));
    }

    private Mono<Void> withdraw(ServerWebExchange exchange, String id) {
        return find(exchange, id)
                .filter(known -> !known.hasEnded())
                .switchIfEmpty(Mono.error(() -> conflict("It has ended already")))
                .flatMap(known -> journal.withdraw(known.id()))
                .flatMap(now -> json(now).flatMap(body -> switch (now.status()) {
                    case CANCELLED -> Answers.json(exchange.getResponse(), 200, body);
                    case SUBMITTING -> Answers.json(exchange.getResponse(), 202, body);
                    case QUEUED, PROCESSING, OVERDUE, COMPLETED, FAILED, REJECTED, UNKNOWN, TIMED_OUT ->
                        Mono.error(conflict("The image API has accepted it and cannot cancel; its credits are spent"));
                }));
    }

    private static Refusal conflict(String detail) {
        return new Refusal(ProblemType.CONFLICT, detail);
    }

    /** The caller's own, newest first. */
    @GetMapping("/v1/generations")
    Mono<Void> list(ServerWebExchange exchange) {
        Accepts.best(exchange, MediaType.APPLICATION_JSON);
        var query = exchange.getRequest().getQueryParams();
        List<Status> statuses =
                given(query, "status").flatMap(GenerationsController::statuses).toList();
        GenerationId before = given(query, "cursor")
                .findFirst()
                .map(cursor -> GenerationId.parse(cursor)
                        .orElseThrow(() -> invalid("cursor: take it from next of the page before")))
                .orElse(null);
        int limit = given(query, "limit")
                .findFirst()
                .map(GenerationsController::limit)
                .orElse(USUAL_PAGE);
        return journal.list(Caller.of(exchange).id(), statuses, before, limit)
                .flatMap(page -> items(page.generations()).map(items -> {
                    ObjectNode body = JsonMapper.shared().createObjectNode();
                    body.set("items", items);
                    body.put(
                            "next",
                            page.more() ? page.generations().getLast().id().value() : null);
                    return body;
                }))
                .flatMap(body -> Answers.json(exchange.getResponse(), 200, body));
    }

    private Mono<ArrayNode> items(List<Generation> generations) {
        return Flux.fromIterable(generations)
                .concatMap(this::json)
                .reduceWith(() -> JsonMapper.shared().createArrayNode(), ArrayNode::add);
    }

    /** The values of a part of the query; one that is named without a value has an empty one. */
    private static Stream<String> given(MultiValueMap<String, String> query, String name) {
        return query.getOrDefault(name, List.of()).stream().map(value -> Objects.requireNonNullElse(value, ""));
    }

    private static Stream<Status> statuses(String words) {
        return Arrays.stream(words.split(",", -1))
                .map(word -> Status.of(word)
                        .orElseThrow(() -> invalid("status: must be one of "
                                + Arrays.stream(Status.values())
                                        .map(Status::word)
                                        .toList())));
    }

    private static int limit(String given) {
        if (!given.matches("[0-9]{1,3}") || Integer.parseInt(given) < 1 || Integer.parseInt(given) > LARGEST_PAGE) {
            throw invalid("limit: must be a number from 1 to " + LARGEST_PAGE);
        }
        return Integer.parseInt(given);
    }

    private static Refusal invalid(String detail) {
        return new Refusal(ProblemType.INVALID_FIELD, detail);
    }
}
