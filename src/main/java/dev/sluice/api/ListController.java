package dev.sluice.api;

import dev.sluice.access.Caller;
import dev.sluice.capacity.Forecast;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.intake.Refusal;
import dev.sluice.journal.Journal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists generations. */
@RestController
final class ListController {

    private static final int USUAL_PAGE = 20;
    private static final int LARGEST_PAGE = 100;

    private final Journal journal;
    private final Forecast forecast;

    ListController(Journal journal, Forecast forecast) {
        this.journal = journal;
        this.forecast = forecast;
    }

    /** The caller's own, newest first. */
    @GetMapping("/v1/generations")
    Mono<Void> list(ServerWebExchange exchange) {
        Accepts.best(exchange, MediaType.APPLICATION_JSON);
        var query = exchange.getRequest().getQueryParams();
        List<Status> statuses =
                given(query, "status").flatMap(ListController::statuses).toList();
        GenerationId before = given(query, "cursor")
                .findFirst()
                .map(cursor -> GenerationId.parse(cursor)
                        .orElseThrow(() -> invalid("cursor: take it from next of the page before")))
                .orElse(null);
        int limit = given(query, "limit").findFirst().map(ListController::limit).orElse(USUAL_PAGE);
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
                .concatMap(generation -> Answers.body(forecast, generation))
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
