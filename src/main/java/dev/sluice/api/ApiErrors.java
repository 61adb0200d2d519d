package dev.sluice.api;

import dev.sluice.generation.Problem;
import dev.sluice.intake.Refusals;
import dev.sluice.journal.QuotaExceeded;
import dev.sluice.stream.GenerationJson;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Answers whatever went wrong as a problem (RFC 9457); comes after the drop-in API, whose errors look otherwise. */
@Order(-2)
final class ApiErrors implements WebExceptionHandler {

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        if (exchange.getResponse().isCommitted()) {
            return Mono.error(failure);
        }
        Problem problem = Refusals.problem(failure);
        HttpHeaders headers = exchange.getResponse().getHeaders();
        Refusals.putHeaders(failure, problem, headers);
        if (failure instanceof QuotaExceeded exceeded) {
            RateLimit.tell(headers, exceeded.quota());
        }
        return Answers.problem(
                        exchange.getResponse(),
                        problem.type().status(),
                        GenerationJson.of(problem)
                                .put("instance", exchange.getRequest().getPath().value()))
                .onErrorComplete(IllegalStateException.class); // Netty has answered a body that it could not take apart
    }
}
