package dev.sluice.access;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Recognises the caller of every request that is not for something public: what is not listed here needs a key, a token or,
 * if it is a stream, a ticket. Beyond this point every path is in its normal form, so that nobody behind it can read
 * another path than was judged here.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
final class AccessFilter implements WebFilter {

    /** The pages, the files they are made of, the client, and the description of the API; they say nothing about anybody. */
    private static final Pattern PUBLIC =
            Pattern.compile("/|/docs|/openapi\\.(yaml|json)|/sluice\\.d\\.ts|/[a-z-]+\\.(html|js|css|svg|ico)"
                    + "|/webjars/swagger-ui/[0-9]+(\\.[0-9]+)*/swagger-ui(\\.css|-bundle\\.js)");

    /** What a ticket opens: streams, and pictures, since an {@code <img>} sends no headers either. */
    private static final Pattern BY_TICKET =
            Pattern.compile("/v1/(events|status|(generations|batches)/[^/]+/events|generations/[^/]+/images/[^/]+)");

    /** No ticket that names generations says anything about the rest. */
    private static final String STATUS = "/v1/status";

    /**
     * Nothing encoded, since nothing here needs it; no empty segment, none of dots, no parameters (RFC 3986, section 6). The
     * possessive quantifiers keep a path of thousands of segments from taking as many frames of the stack.
     */
    private static final Pattern NORMAL = Pattern.compile("(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*+)++");

    private final Callers callers;
    private final Tokens tokens;
    private final StreamTickets tickets;
    private final ApplicationContext api;

    /** @param api the context of the API: the management port, a context of its own, is not guarded by callers' keys */
    AccessFilter(Callers callers, Tokens tokens, StreamTickets tickets, ApplicationContext api) {
        this.callers = callers;
        this.tokens = tokens;
        this.tickets = tickets;
        this.api = api;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getPath().value();
        if (exchange.getApplicationContext() != api || PUBLIC.matcher(path).matches()) {
            return chain.filter(exchange);
        }
        return Mono.deferContextual(context -> caller(exchange.getRequest(), TicketsOffTheRecord.of(context)))
                .switchIfEmpty(Mono.error(Unauthenticated::withoutKey))
                .flatMap(caller -> {
                    caller.accompany(exchange);
                    return NORMAL.matcher(path).matches()
                            ? chain.filter(exchange)
                            : Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
                });
    }

    private Mono<Caller> caller(ServerHttpRequest request, Optional<String> ticket) {
        String authorization = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        return authorization == null && ticket.isPresent() && isOpenedByTickets(request)
                ? byTicket(request, ticket.get())
                : Mono.justOrEmpty(callers.recognise(authorization)).switchIfEmpty(byToken(authorization));
    }

    private static boolean isOpenedByTickets(ServerHttpRequest request) {
        return request.getMethod().equals(HttpMethod.GET)
                && BY_TICKET.matcher(request.getPath().value()).matches();
    }

    private Mono<Caller> byTicket(ServerHttpRequest request, String ticket) {
        return tickets.bearer(ticket)
                .filter(caller ->
                        caller.only() == null || !request.getPath().value().equals(STATUS))
                .switchIfEmpty(Mono.error(Unauthenticated::withBadTicket));
    }

    private Mono<Caller> byToken(@Nullable String authorization) {
        return Mono.defer(() -> Mono.justOrEmpty(Bearer.credential(authorization)))
                .flatMap(tokens::bearer)
                .flatMap(name -> Mono.justOrEmpty(callers.namedByIssuer(name)));
    }
}
