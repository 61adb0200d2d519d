package dev.sluice.dropin;

import dev.sluice.access.Caller;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import dev.sluice.upstream.Upstream;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClientException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Passes questions on to the upstream, with its own key and without what is nobody's business there. */
final class PassThrough {

    /** What of a caller's headers the upstream gets to see; all else, cookies and forwarding headers first, stays here. */
    private static final List<String> PASSED_ON = List.of(
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
            "www-authenticate",
            "x-request-id",
            "alt-svc",
            "strict-transport-security");

    /** A path in its normal form: what is written in any other way is not looked for. */
    private static final Pattern NORMAL = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+");

    private final Upstream upstream;

    PassThrough(Upstream upstream) {
        this.upstream = upstream;
    }

    /** Something that Sluice does not know: asked of the upstream for a caller who may, else it does not exist. */
    Mono<Void> unknown(ServerWebExchange exchange) {
        return Caller.of(exchange).mayPassThrough()
                ? pass(exchange)
                : Mono.error(new Refusal(ProblemType.NOT_FOUND, "There is no such thing here"));
    }

    /** The upstream's answer as it comes, streamed; a refusal of Sluice's own key is not the caller's business. */
    Mono<Void> pass(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        String path = request.getPath().value();
        if (!NORMAL.matcher(path).matches()) {
            return Mono.error(new Refusal(ProblemType.NOT_FOUND, "There is no such thing here"));
        }
        String query = request.getURI().getRawQuery();
        return upstream.get(
                        query == null ? path : path + "?" + query,
                        passedOn(request.getHeaders()),
                        answer -> relay(answer, exchange.getResponse()))
                .onErrorMap(WebClientException.class, _ -> unreachable());
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
        Set<String> dropped = new HashSet<>(KEPT_BACK);
        from.getValuesAsList(HttpHeaders.CONNECTION).forEach(name -> dropped.add(name.toLowerCase(Locale.ROOT)));
        from.headerNames().stream()
                .filter(name -> !dropped.contains(name.toLowerCase(Locale.ROOT)))
                .forEach(name -> to.put(name, from.getOrEmpty(name)));
    }

    private static Refusal unreachable() {
        return new Refusal(
                ProblemType.UPSTREAM_UNREACHABLE,
                "The image API does not answer this now. Nothing was charged; ask again later");
    }
}
