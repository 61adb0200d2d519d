package dev.sluice.api;

import dev.sluice.capacity.Forecast;
import dev.sluice.generation.Generation;
import dev.sluice.stream.Frame;
import dev.sluice.stream.GenerationJson;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes answers. */
final class Answers {

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

    static Mono<Void> empty(ServerHttpResponse response, int status) {
        response.setStatusCode(HttpStatusCode.valueOf(status));
        return response.setComplete();
    }

    /** Frames as they come, each flushed: its bytes are shared with all other watchers, only the wrapping is its own. */
    static Mono<Void> stream(ServerHttpResponse response, Flux<Frame> frames) {
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        response.getHeaders().setCacheControl("no-store, no-transform");
        response.getHeaders().set("X-Accel-Buffering", "no");
        return response.writeAndFlushWith(
                frames.map(frame -> Mono.just(response.bufferFactory().wrap(frame.bytes()))));
    }
}
