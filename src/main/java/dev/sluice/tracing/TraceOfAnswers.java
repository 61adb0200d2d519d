package dev.sluice.tracing;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives every answer the {@code traceparent} under which its request is traced, so that a caller can name it. */
@Order(Ordered.HIGHEST_PRECEDENCE + 11)
final class TraceOfAnswers implements WebFilter {

    private static final String TRACEPARENT = "traceparent";

    private final Traces traces;

    TraceOfAnswers(Traces traces) {
        this.traces = traces;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.deferContextual(request -> {
            traces.traceparent(request)
                    .ifPresent(value -> exchange.getResponse().getHeaders().set(TRACEPARENT, value));
            return chain.filter(exchange);
        });
    }
}
