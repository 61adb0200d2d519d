package dev.sluice.api;

import dev.sluice.generation.Generation;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Recorded;
import dev.sluice.intake.Refusal;
import dev.sluice.journal.Deliveries;
import dev.sluice.journal.Delivery;
import dev.sluice.journal.Journal;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What became of telling a caller's receiver about an ending. */
@RestController
final class WebhookController {

    private final Journal journal;
    private final Deliveries deliveries;

    WebhookController(Journal journal, Deliveries deliveries) {
        this.journal = journal;
        this.deliveries = deliveries;
    }

    @GetMapping("/v1/generations/{id}/webhook")
    Mono<Void> webhook(ServerWebExchange exchange, @PathVariable String id) {
        Accepts.best(exchange, MediaType.APPLICATION_JSON);
        return Resumption.find(journal, exchange, id)
                .filter(generation -> generation.request().webhookUrl() != null)
                .switchIfEmpty(Mono.error(() -> new Refusal(
                        ProblemType.NOT_FOUND, "This generation has no webhook: it was asked for without webhookUrl")))
                .flatMap(generation -> deliveries.of(generation.id()).map(owed -> json(generation, owed)))
                .flatMap(json -> Answers.json(exchange.getResponse(), 200, json));
    }

    private static ObjectNode json(Generation generation, List<Delivery> owed) {
        ObjectNode json = JsonMapper.shared()
                .createObjectNode()
                .put("generation", generation.id().value())
                .put("url", String.valueOf(generation.request().webhookUrl()));
        ArrayNode all = json.putArray("deliveries");
        owed.forEach(delivery -> put(
                all.addObject(), generation.log().get((int) delivery.ending().sequence() - 1), delivery));
        return json;
    }

    private static void put(ObjectNode json, Recorded ending, Delivery delivery) {
        json.put("status", ending.status().word())
                .put("state", delivery.state().word())
                .put("attempts", delivery.attempts());
        if (delivery.lastAttempt() != null) {
            json.put("lastAttempt", delivery.lastAttempt());
        }
        if (delivery.nextAt() != null) {
            json.put("nextAttemptAt", delivery.nextAt().toString());
        }
        if (delivery.deliveredAt() != null) {
            json.put("deliveredAt", delivery.deliveredAt().toString());
        }
    }
}
