package dev.sluice.api;

import dev.sluice.capacity.Forecast;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import dev.sluice.journal.Journal;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Takes a generation back while that is possible, and removes what is left of it afterwards. */
@RestController
final class WithdrawalController {

    private final Journal journal;
    private final Forecast forecast;

    WithdrawalController(Journal journal, Forecast forecast) {
        this.journal = journal;
        this.forecast = forecast;
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
        return Resumption.find(journal, exchange, id)
                .flatMap(known -> journal.erase(known.id()))
                .switchIfEmpty(Mono.error(() -> conflict("It has not ended yet: withdraw it, or wait for its ending")))
                .flatMap(_ -> Answers.empty(exchange.getResponse(), 204));
    }

    private Mono<Void> withdraw(ServerWebExchange exchange, String id) {
        return Resumption.find(journal, exchange, id)
                .filter(known -> !known.hasEnded())
                .switchIfEmpty(Mono.error(() -> conflict("It has ended already")))
                .flatMap(known -> journal.withdraw(known.id()))
                .flatMap(now -> Answers.body(forecast, now).flatMap(body -> switch (now.status()) {
                    case CANCELLED -> Answers.json(exchange.getResponse(), 200, body);
                    case SUBMITTING -> Answers.json(exchange.getResponse(), 202, body);
                    case QUEUED, PROCESSING, OVERDUE, COMPLETED, FAILED, REJECTED, UNKNOWN, TIMED_OUT ->
                        Mono.error(conflict("The image API has accepted it and cannot cancel; its credits are spent"));
                }));
    }

    private static Refusal conflict(String detail) {
        return new Refusal(ProblemType.CONFLICT, detail);
    }
}
