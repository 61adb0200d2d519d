package dev.sluice.dropin;

import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent.Failed;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.journal.Counts;
import dev.sluice.journal.Journal;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes answers as the upstream would. */
final class DropInAnswers {

    private static final String RETRY_AFTER_SECONDS = "5";

    private final Journal journal;

    DropInAnswers(Journal journal) {
        this.journal = journal;
    }

    static Mono<Void> json(ServerHttpResponse response, int status, JsonNode body) {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        response.setStatusCode(HttpStatusCode.valueOf(status));
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(bytes.length);
        response.getHeaders().setCacheControl("no-store");
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes)));
    }

    /** To a caller who wanted only the upstream's acceptance. */
    Mono<Void> toAsync(ServerHttpResponse response, Generation generation) {
        return generation
                .submitAnswer()
                .map(answer -> json(response, 200, UpstreamShape.parse(answer)))
                .orElseGet(() -> generation.last().event() instanceof Failed failed
                        ? json(response, 200, UpstreamShape.parse(failed.answer()))
                        : toEnded(response, generation));
    }

    /** To a caller who wanted the picture. */
    Mono<Void> toSync(ServerHttpResponse response, Generation generation) {
        return generation.hasEnded()
                ? toEnded(response, generation)
                : json(
                        response,
                        504,
                        JsonMapper.shared()
                                .createObjectNode()
                                .put(
                                        "error",
                                        "The image takes longer than usual. Its credits are spent; poll for it by its"
                                                + " generationId")
                                .put(
                                        "generationId",
                                        generation
                                                .upstreamId()
                                                .orElse(generation.id().value())));
    }

    private Mono<Void> toEnded(ServerHttpResponse response, Generation generation) {
        if (generation.status() == Status.COMPLETED) {
            return json(response, 200, UpstreamShape.completed(generation));
        }
        Problem why = generation.error().orElse(new Problem(ProblemType.CONFLICT, "Cancelled; nothing was charged"));
        return switch (why.type()) {
            case CONTENT_SAFETY -> json(response, 200, UpstreamShape.warning(generation, why));
            default -> toProblem(response, why);
        };
    }

    /** A problem in the upstream's shape; what comes of there being no place looks like its own busy answer. */
    Mono<Void> toProblem(ServerHttpResponse response, Problem why) {
        return switch (why.type()) {
            case WAITED_TOO_LONG, ROOM_FULL -> busy(response);
            case GENERATION_FAILED -> json(response, 500, UpstreamShape.error(why));
            default -> {
                if (why.type().status() == 503) {
                    response.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
                }
                yield json(response, why.type().status(), UpstreamShape.error(why));
            }
        };
    }

    private Mono<Void> busy(ServerHttpResponse response) {
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return journal.counts()
                .map(Counts::inFlight)
                .onErrorReturn(0)
                .flatMap(active -> json(response, 503, UpstreamShape.busy(active)));
    }
}
