package dev.sluice.api;

import dev.sluice.capacity.Forecast;
import dev.sluice.generation.Generation;
import dev.sluice.stream.Frame;
import dev.sluice.stream.GenerationJson;
import dev.sluice.stream.Streams;
import dev.sluice.stream.TooManyStreams;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes answers. */
final class Answers {

    private static final long LONGEST_RETRY_AFTER = 30;

    private Answers() {}

    static Mono<Void> json(ServerHttpResponse response, int status, JsonNode body) {
        return write(response, status, MediaType.APPLICATION_JSON, body);
    }

    static Mono<Void> problem(ServerHttpResponse response, int status, JsonNode body) {
        return write(response, status, MediaType.APPLICATION_PROBLEM_JSON, body);
    }

    private static Mono<Void> write(ServerHttpResponse response, int status, MediaType type, JsonNode body) {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        response.setStatusCode(HttpStatusCode.valueOf(status));
        response.getHeaders().setContentType(type);
        response.getHeaders().setContentLength(bytes.length);
        response.getHeaders().setCacheControl("no-store");
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes)));
    }

    /** A generation as callers see it now. */
    static Mono<ObjectNode> body(Forecast forecast, Generation generation) {
        return forecast.of(generation).map(progress -> GenerationJson.of(generation, progress));
    }

    /** That body, tagged with its version; 304 if the caller has that version already. */
    static Mono<Void> unlessKnown(ServerWebExchange exchange, long version, Mono<ObjectNode> body) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setETag("W/\"" + version + "\"");
        boolean isKnown = exchange.getRequest().getHeaders().getValuesAsList(HttpHeaders.IF_NONE_MATCH).stream()
                .map(tag -> tag.replaceAll("^W/|\"", ""))
                .anyMatch(tag -> tag.equals("*") || tag.equals("" + version));
        return isKnown ? empty(response, 304) : body.flatMap(json -> json(response, 200, json));
    }

    /** When it is worth while to look again at what is shown so. */
    static void putRetryAfter(ServerHttpResponse response, Stream<? extends JsonNode> generations) {
        long eta = generations
                .mapToLong(shown -> shown.path("progress").path("etaSeconds").longValue(1))
                .max()
                .orElse(1);
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, "" + Math.clamp(eta, 1, LONGEST_RETRY_AFTER));
    }

    static Mono<Void> empty(ServerHttpResponse response, int status) {
        response.setStatusCode(HttpStatusCode.valueOf(status));
        return response.setComplete();
    }

    /** Instead of a stream that cannot be served now: an EventSource gives up for good on any answer but 200. */
    static Flux<Frame> orComeBackLater(Flux<Frame> frames, Streams streams) {
        return frames.onErrorResume(TooManyStreams.class, _ -> Flux.just(streams.comeBackLater()));
    }

    /** The same where not even that is known. */
    static Mono<Void> comeBackLater(ServerWebExchange exchange, Streams streams) {
        return Streams.answer(exchange, Flux.just(streams.comeBackLater()));
    }
}
