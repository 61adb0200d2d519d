package dev.sluice.access;

import java.util.regex.Pattern;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Recognises the caller of every request that is not for something public: what is not listed here needs a key. */
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
final class AccessFilter implements WebFilter {

    /** The page and the files it is made of; they say nothing about anybody. */
    private static final Pattern PUBLIC = Pattern.compile("/|/[a-z-]+\\.(html|js|css|svg|ico)");

    private final Callers callers;
    private final ApplicationContext api;

    /** @param api the context of the API: the management port, a context of its own, is not guarded by callers' keys */
    AccessFilter(Callers callers, ApplicationContext api) {
        this.callers = callers;
        this.api = api;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getPath().value();
        if (exchange.getApplicationContext() != api || PUBLIC.matcher(path).matches()) {
            return chain.filter(exchange);
        }
        return callers.recognise(exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION))
                .map(caller -> {
                    caller.accompany(exchange);
                    return chain.filter(exchange);
                })
                .orElseGet(() -> Mono.error(new Unauthenticated()));
    }
}
