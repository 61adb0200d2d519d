package dev.sluice.scenarios;

import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** An upstream with headers that are nobody's business, and paths that redirect, fail, or are never answered. */
final class StrangeUpstream implements AutoCloseable {

    static final String BODY = "{ \"data\" : { \"credits\" : 7.50, \"ünknown\" : null } }";

    private final DisposableServer server =
            HttpServer.create().host("127.0.0.1").port(0).handle(this::answer).bindNow();
    private final List<String> methods = new CopyOnWriteArrayList<>();

    URI address() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** The methods of all requests that came. */
    List<String> methods() {
        return methods;
    }

    private Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        methods.add(request.method().name());
        if (request.uri().contains("/silent")) {
            return Mono.never();
        }
        if (request.uri().contains("/broken")) {
            return response.status(502).sendString(Mono.just(BODY)).then();
        }
        if (request.uri().endsWith("/elsewhere")) {
            return response.status(302)
                    .header("Location", address() + "/api/v1/credits")
                    .send();
        }
        return response.status(request.method().equals(HttpMethod.GET) ? 418 : 200)
                .header("Content-Type", "application/json;charset=utf-8")
                .header("Connection", "keep-alive, X-Inner")
                .header("X-Inner", "for the next hop only")
                .header("Keep-Alive", "timeout=5")
                .header("Set-Cookie", "account=shared")
                .header("X-Request-Id", "the upstream's own")
                .header("Access-Control-Allow-Origin", "*")
                .header("X-Kept", "and shown")
                .send(ByteBufFlux.fromString(Mono.just(BODY)))
                .then();
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(5));
    }
}
