package dev.sluice.dropin;

import dev.sluice.generation.Generation;
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

/** Writes answers as the upstream would. */
final class DropInAnswers {

    private static final String RETRY_AFTER_SECONDS = "5";

    private final Journal journal;

    DropInAnswers(Journal journal) {
        this.journal = journal;
    }

    /** @param json sent to the letter */
    static Mono<Void> json(ServerHttpResponse response, int status, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        response.setStatusCode(HttpStatusCode.valueOf(status));
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(bytes.length);
        response.getHeaders().setCacheControl("no-store");
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes)));
    }

    private static Mono<Void> json(ServerHttpResponse response, int status, JsonNode body) {
        return json(response, status, body.toString());
    }

    /** To a caller who wanted only the upstream's answer to the submit: that very answer, if there is one. */
    Mono<Void> toAsync(ServerHttpResponse response, Generation generation) {
        return UpstreamShape.submitted(generation)
                .map(answer -> json(response, 200, answer))
                .orElseGet(() -> toSync(response, generation));
    }

    /** To a caller who wanted the picture. */
    Mono<Void> toSync(ServerHttpResponse response, Generation generation) {
        if (!generation.hasEnded()) {
            return json(response, 504, UpstreamShape.notYet(generation));
        }
        if (generation.status() == Status.COMPLETED) {
            return json(response, 200, UpstreamShape.completed(generation));
        }
        Problem why = generation.error().orElse(new Problem(ProblemType.CONFLICT, UpstreamShape.CANCELLED));
        return why.type() == ProblemType.CONTENT_SAFETY
                ? json(response, 200, UpstreamShape.warning(generation, why))
                : toProblem(response, why);
    }

    /** A problem in the upstream's shape; what comes of there being no place looks like its own busy answer. */
    Mono<Void> toProblem(ServerHttpResponse response, Problem why) {
        int status = status(why.type());
        if (status == 503 && !response.getHeaders().containsHeader(HttpHeaders.RETRY_AFTER)) {
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return switch (why.type()) {
            case WAITED_TOO_LONG, ROOM_FULL ->
                activeTasks().flatMap(active -> json(response, status, UpstreamShape.busy(active)));
            default -> json(response, status, UpstreamShape.error(why));
        };
    }

    /** The upstream tells its own faults with 500, where Sluice tells of a gateway's. */
    private static int status(ProblemType type) {
        return type == ProblemType.GENERATION_FAILED ? 500 : type.status();
    }

    private Mono<Integer> activeTasks() {
        return journal.counts().map(Counts::inFlight).onErrorReturn(0);
    }
}
