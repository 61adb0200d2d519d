package dev.sluice.dropin;

import dev.sluice.access.Caller;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import dev.sluice.upstream.Upstream;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClientException;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Passes questions on to the upstream, with its own key and without what is nobody's business there. */
final class PassThrough {

    /** What of a caller's headers the upstream gets to see; all else, cookies and forwarding headers first, stays here. */
    static final List<String> PASSED_ON = List.of(
            HttpHeaders.ACCEPT,
            HttpHeaders.ACCEPT_LANGUAGE,
            HttpHeaders.IF_NONE_MATCH,
            HttpHeaders.IF_MODIFIED_SINCE,
            HttpHeaders.RANGE);

    /** Hop by hop (RFC 9110, section 7.6.1), and what would speak for Sluice. */
    private static final Set<String> KEPT_BACK = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "set-cookie",
            "set-cookie2",
            "clear-site-data",
            "www-authenticate",
            "location",
            "x-request-id",
            "alt-svc",
            "strict-transport-security",
            "server",
            "via",
            "x-powered-by",
            "x-content-type-options",
            "referrer-policy",
            "content-security-policy",
            "cross-origin-resource-policy");

    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9_-]{1,200}");

    private final Upstream upstream;

    PassThrough(Upstream upstream) {
        this.upstream = upstream;
    }

    /** Something that Sluice does not know: asked of the upstream for a caller who may, else it does not exist. */
    Mono<Void> unknown(ServerWebExchange exchange) {
        return Caller.of(exchange).mayPassThrough() ? pass(exchange) : nothingHere();
    }

    /**
     * A generation that Sluice never saw, likewise. Only the id is passed on, not the query as it came, and only one that
     * reads the same to everybody: else the upstream might find in it the id of somebody else's generation. What the
     * upstream has not got either is not there in Sluice's own words, as somebody else's is.
     */
    Mono<Void> unknownGeneration(ServerWebExchange exchange, String id) {
        return Caller.of(exchange).mayPassThrough() && PLAIN_ID.matcher(id).matches()
                ? ask(
                        exchange,
                        "id=" + id,
                        answer -> answer.statusCode().value() == 404
                                ? answer.releaseBody().then(nothingHere())
                                : relay(answer, exchange.getResponse()))
                : nothingHere();
    }

    /** The upstream's answer as it comes, streamed; a refusal of Sluice's own key is not the caller's business. */
    Mono<Void> pass(ServerWebExchange exchange) {
        return ask(
                exchange,
                exchange.getRequest().getURI().getRawQuery(),
                answer -> relay(answer, exchange.getResponse()));
    }

    private Mono<Void> ask(
            ServerWebExchange exchange, @Nullable String query, Function<ClientResponse, Mono<Void>> relay) {
        ServerHttpRequest request = exchange.getRequest();
        String path = request.getPath().value();
        if (!request.getMethod().equals(HttpMethod.GET)) { // a HEAD, which is routed like a GET
            return Mono.error(new MethodNotAllowedException(request.getMethod(), List.of(HttpMethod.GET)));
        }
        return upstream.get(query == null ? path : path + "?" + query, passedOn(request.getHeaders()), relay)
                .onErrorMap(WebClientException.class, _ -> unreachable());
    }

    /** The same for what does not exist and for what may not be known to. */
    static Mono<Void> nothingHere() {
        return Mono.error(new Refusal(ProblemType.NOT_FOUND, "There is no such thing here"));
    }

    private static HttpHeaders passedOn(HttpHeaders given) {
        HttpHeaders headers = new HttpHeaders();
        PASSED_ON.forEach(name -> given.getOrEmpty(name).forEach(value -> headers.add(name, value)));
        return headers;
    }

    private static Mono<Void> relay(ClientResponse answer, ServerHttpResponse response) {
        int status = answer.statusCode().value();
        if (status == 401 || status == 403) {
            return answer.releaseBody().then(Mono.error(unreachable()));
        }
        response.setStatusCode(answer.statusCode());
        copyHeaders(answer.headers().asHttpHeaders(), response.getHeaders());
        return response.writeWith(answer.bodyToFlux(DataBuffer.class));
    }

    private static void copyHeaders(HttpHeaders from, HttpHeaders to) {
        Set<String> keptBack = keptBack(from.getOrEmpty(HttpHeaders.CONNECTION));
        from.headerNames().stream()
                .filter(name -> isPassedBack(name, keptBack))
                .forEach(name -> to.put(name, from.getOrEmpty(name)));
    }

    /** @param connection what the answer's {@code Connection} says: names of fields that end here */
    static Set<String> keptBack(List<String> connection) {
        if (connection.isEmpty()) {
            return KEPT_BACK;
        }
        Set<String> names = new HashSet<>(KEPT_BACK);
        connection.forEach(
                list -> names.addAll(List.of(StringUtils.tokenizeToStringArray(list.toLowerCase(Locale.ROOT), ","))));
        return names;
    }

    static boolean isPassedBack(String header, Set<String> keptBack) {
        String name = header.toLowerCase(Locale.ROOT);
        return !keptBack.contains(name) && !name.startsWith("access-control-");
    }

    static Refusal unreachable() {
        return new Refusal(
                ProblemType.UPSTREAM_UNREACHABLE,
                "The image API does not answer this now. Nothing was charged; ask again later");
    }
}
