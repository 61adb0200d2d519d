package dev.sluice.access;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives every answer an {@code X-Request-Id}: the caller's own if it is fit to be one, else a new one. */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class RequestIdFilter implements WebFilter {

    private static final String HEADER = "X-Request-Id";
    private static final Pattern FIT = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getResponse()
                .getHeaders()
                .set(HEADER, fitOrNew(exchange.getRequest().getHeaders().getFirst(HEADER)));
        exchange.getResponse().getHeaders().set("X-Content-Type-Options", "nosniff");
        return chain.filter(exchange);
    }

    private static String fitOrNew(@Nullable String given) {
        return given != null && FIT.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }
}
