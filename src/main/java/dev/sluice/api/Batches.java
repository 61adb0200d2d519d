package dev.sluice.api;

import dev.sluice.access.Caller;
import dev.sluice.capacity.Forecast;
import dev.sluice.generation.BatchId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import dev.sluice.journal.Journal;
import dev.sluice.stream.BatchJson;
import dev.sluice.stream.Several;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Finds batches and shows them. */
final class Batches {

    private Batches() {}

    /** The caller's batch of that id, or the refusal that there is none. */
    static Mono<Several> find(Journal journal, ServerWebExchange exchange, String id) {
        return Mono.justOrEmpty(BatchId.parse(id))
                .flatMap(batch -> find(journal, exchange, batch))
                .switchIfEmpty(Mono.error(Batches::notFound));
    }

    /** The caller's batch of that id, if it may see all of it; empty if there is none. */
    static Mono<Several> find(Journal journal, ServerWebExchange exchange, BatchId id) {
        Caller caller = Caller.of(exchange);
        return journal.findBatch(id, caller.id())
                .filter(generations -> generations.stream().map(Generation::id).allMatch(caller::maySee))
                .map(generations -> Several.ofBatch(id, generations));
    }

    private static Refusal notFound() {
        return new Refusal(ProblemType.NOT_FOUND, "There is no batch of this id, or it is not yours");
    }

    /** Where the batch is found. */
    static String self(Several batch) {
        return BatchJson.self(batch.batch().orElseThrow());
    }

    /** A batch as callers see it now. */
    static Mono<ObjectNode> body(Forecast forecast, Several batch) {
        return Flux.fromIterable(batch.generations())
                .concatMap(generation -> Answers.body(forecast, generation))
                .collectList()
                .map(shown -> BatchJson.of(batch.batch().orElseThrow(), batch.generations(), shown));
    }
}
