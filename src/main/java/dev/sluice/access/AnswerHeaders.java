package dev.sluice.access;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives every answer what every answer has: an {@code X-Request-Id}, the caller's own if it is fit to be one, else a new
 * one; and what keeps browsers from doing more with it than was meant.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
public final class AnswerHeaders implements WebFilter {

    /** The page loads nothing from elsewhere but pictures; blob: is how it shows one that it fetched with a key. */
    private static final String POLICY =
            "default-src 'self'; img-src 'self' blob: https: http://127.0.0.1:* http://localhost:*;"
                    + " style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    AnswerHeaders() {}

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        give(
                exchange.getRequest().getHeaders().getFirst(RequestId.HEADER),
                exchange.getResponse().getHeaders()::set);
        return chain.filter(exchange);
    }

    /**
     * The same for an answer that no filter sees.
     *
     * @param requestId the caller's own; null if it has none
     * @param header sets one of the answer's
     */
    public static void give(@Nullable String requestId, BiConsumer<String, String> header) {
        header.accept(RequestId.HEADER, RequestId.of(requestId));
        header.accept("X-Content-Type-Options", "nosniff");
        header.accept("Referrer-Policy", "no-referrer");
        header.accept("Content-Security-Policy", POLICY);
    }
}
