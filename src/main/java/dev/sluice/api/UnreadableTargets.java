package dev.sluice.api;

import dev.sluice.access.RequestId;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.stream.GenerationJson;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import org.reactivestreams.Publisher;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/** Answers requests whose target is no URI: they never become an exchange, and would be refused without a word. */
final class UnreadableTargets implements NettyRouteProvider {

    private static final Problem UNREADABLE = new Problem(
            ProblemType.MALFORMED_REQUEST, "The path or the query is not percent-encoded as a URI must be (RFC 3986)");

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return routes.route(UnreadableTargets::isUnreadable, UnreadableTargets::refuse);
    }

    private static boolean isUnreadable(HttpServerRequest request) {
        String target = request.uri();
        try {
            URI unused = new URI(target.startsWith("/") ? "http://sluice" + target : target);
            return false;
        } catch (URISyntaxException e) {
            return true;
        }
    }

    /** Without the query, which may hold a ticket. */
    private static String pathOf(HttpServerRequest request) {
        return request.uri().split("\\?", 2)[0];
    }

    private static Publisher<Void> refuse(HttpServerRequest request, HttpServerResponse response) {
        String body = GenerationJson.of(UNREADABLE)
                .put("instance", UriUtils.encodePath(pathOf(request), StandardCharsets.UTF_8))
                .toString();
        return response.status(UNREADABLE.type().status())
                .header("X-Content-Type-Options", "nosniff")
                .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .header(RequestId.HEADER, RequestId.of(request.requestHeaders().get(RequestId.HEADER)))
                .sendString(Mono.just(body));
    }
}
