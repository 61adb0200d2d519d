package dev.sluice.scenarios;

import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** An upstream that takes everything and has finished it at the first poll. It keeps nothing, so as not to be measured. */
final class InstantUpstream implements AutoCloseable {

    private static final String TAKEN =
            "{\"success\":true,\"generationId\":\"clinstant%d\",\"creditsUsed\":1,\"remainingCredits\":1}";
    private static final String FINISHED =
            "{\"data\":{\"processingStatus\":\"completed\",\"outputImageUrls\":[\"http://127.0.0.1/p.png\"]}}";

    private final AtomicLong taken = new AtomicLong();
    private final DisposableServer server =
            HttpServer.create().host("127.0.0.1").port(0).handle(this::answer).bindNow();

    URI address() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** How many submits it has taken. */
    long taken() {
        return taken.get();
    }

    private Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        boolean isSubmit = request.method().equals(HttpMethod.POST);
        return request.receive()
                .aggregate()
                .asString()
                .defaultIfEmpty("")
                .flatMap(_ -> response.header("Content-Type", "application/json")
                        .sendString(Mono.just(isSubmit ? TAKEN.formatted(taken.incrementAndGet()) : FINISHED))
                        .then());
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(5));
    }
}
