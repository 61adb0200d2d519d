package dev.sluice.dropin;

import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusals;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.ErrorResponse;
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
        return exchange.getRequest().getPath().value().startsWith("/api/")
                        && !exchange.getResponse().isCommitted()
                ? tell(exchange, failure)
                : Mono.error(failure);
    }

    private Mono<Void> tell(ServerWebExchange exchange, Throwable failure) {
        Problem problem = Refusals.problem(failure);
        HttpHeaders headers = exchange.getResponse().getHeaders();
        if (failure instanceof ErrorResponse response) {
            headers.putAll(response.getHeaders()); // such as Allow, without which a 405 says nothing
        }
        if (problem.type() == ProblemType.UNAUTHORIZED) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return answers.toProblem(exchange.getResponse(), problem);
    }
}
