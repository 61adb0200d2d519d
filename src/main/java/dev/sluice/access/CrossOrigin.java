package dev.sluice.access;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Lets pages of other origins read what they get (Fetch standard, CORS protocol): those of the caller's own origins, and,
 * while nobody was recognised, those of anybody's, so that a page can read why. Everybody else is answered as ever and
 * without a word about origins, which is what keeps a browser from showing it to a page.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 15)
final class CrossOrigin implements WebFilter {

    private static final List<HttpMethod> METHODS = List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE);

    private static final List<String> ALLOWED = List.of(
            HttpHeaders.AUTHORIZATION,
            HttpHeaders.CONTENT_TYPE,
            HttpHeaders.ACCEPT,
            "Last-Event-ID",
            "Idempotency-Key",
            "Prefer",
            HttpHeaders.IF_NONE_MATCH,
            RequestId.HEADER,
            "traceparent");

    private static final List<String> EXPOSED = List.of(
            HttpHeaders.LOCATION,
            HttpHeaders.RETRY_AFTER,
            HttpHeaders.ETAG,
            "RateLimit",
            "RateLimit-Policy",
            "Preference-Applied",
            RequestId.HEADER,
            HttpHeaders.WWW_AUTHENTICATE,
            HttpHeaders.ALLOW,
            "traceparent");

    /** How long a browser may remember a permission: an origin that is taken out of the settings is out after that. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final Supplier<Set<String>> origins;
    private final ApplicationContext api;

    /**
     * @param origins of all callers by now
     * @param api the context of the API: the management port is for no page
     */
    CrossOrigin(Supplier<Set<String>> origins, ApplicationContext api) {
        this.origins = origins;
        this.api = api;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (origins.get().isEmpty() || exchange.getApplicationContext() != api) {
            return chain.filter(exchange);
        }
        String origin = exchange.getRequest().getHeaders().getFirst(HttpHeaders.ORIGIN);
        if (origin != null && origins.get().contains(origin) && CorsUtils.isPreFlightRequest(exchange.getRequest())) {
            return permit(exchange, origin);
        }
        exchange.getResponse().beforeCommit(() -> {
            tell(exchange, origin == null ? "" : origin);
            return Mono.empty();
        });
        return chain.filter(exchange);
    }

    /** Nobody can be recognised yet: browsers ask for permission without a key. */
    private static Mono<Void> permit(ServerWebExchange exchange, String origin) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        headers.setAccessControlAllowOrigin(origin);
        headers.setAccessControlAllowMethods(METHODS);
        headers.setAccessControlAllowHeaders(ALLOWED);
        headers.setAccessControlMaxAge(REMEMBERED);
        exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
        return exchange.getResponse().setComplete();
    }

    private void tell(ServerWebExchange exchange, String origin) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        Caller caller = Caller.recognisedIn(exchange);
        if ((caller == null ? origins.get() : caller.origins()).contains(origin)) {
            headers.setAccessControlAllowOrigin(origin);
            headers.setAccessControlExposeHeaders(EXPOSED);
        }
    }
}
