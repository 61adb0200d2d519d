package dev.sluice.access;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives every answer what every answer has: an {@code X-Request-Id}, the caller's own if it is fit to be one, else a new
 * one; and what keeps browsers from doing more with it than was meant.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class AnswerHeaders implements WebFilter {

    /** The page loads nothing from elsewhere but pictures; blob: is how it shows one that it fetched with a key. */
    private static final String POLICY =
            "default-src 'self'; img-src 'self' blob: https: http://127.0.0.1:* http://localhost:*;"
                    + " style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.set(
                RequestId.HEADER,
                RequestId.of(exchange.getRequest().getHeaders().getFirst(RequestId.HEADER)));
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Content-Security-Policy", POLICY);
        return chain.filter(exchange);
    }
}
