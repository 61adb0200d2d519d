package dev.sluice.dropin;

import dev.sluice.generation.Problem;
import dev.sluice.intake.Refusals;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Whatever goes wrong under {@code /api} is told in the upstream's shape. */
@Order(-3)
final class DropInErrors implements WebExceptionHandler {

    private final DropInAnswers answers;

    DropInErrors(DropInAnswers answers) {
        this.answers = answers;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        if (!exchange.getRequest().getPath().value().startsWith("/api/")
                || exchange.getResponse().isCommitted()) {
            return Mono.error(failure);
        }
        Problem problem = Refusals.problem(failure);
        Refusals.putHeaders(failure, problem, exchange.getResponse().getHeaders());
        return answers.toProblem(exchange.getResponse(), problem);
    }
}
