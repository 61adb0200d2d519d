package dev.sluice.dropin;

import dev.sluice.access.Caller;
import dev.sluice.generation.Generation;
import dev.sluice.generation.Problem;
import dev.sluice.generation.Status;
import dev.sluice.stream.Frame;
import dev.sluice.stream.Moment;
import dev.sluice.stream.Streams;
import java.nio.charset.StandardCharsets;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The stream of a generation as the upstream would tell it: unnamed events, here with ids. */
final class DropInStream {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Streams streams;

    DropInStream(Streams streams) {
        this.streams = streams;
    }

    /** Fails if a stream for this caller would have no place now: to be asked before anything is accepted. */
    void requirePlace(Caller caller) {
        streams.requirePlace(caller.id());
    }

    /** @param after the sequence of the last event that the caller has seen, 0 for none */
    Mono<Void> write(ServerHttpResponse response, Generation generation, long after) {
        return Streams.write(response, streams.stream(generation, after).map(DropInStream::frame));
    }

    private static Frame frame(Frame frame) {
        return frame.moment().map(moment -> frame.as(event(moment))).orElse(frame);
    }

    private static byte[] event(Moment moment) {
        String id = moment.recorded() ? "id: " + moment.generation().last().id() + "\n" : "";
        return (id + "data: " + data(moment) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode data(Moment moment) {
        Generation generation = moment.generation();
        ObjectNode event = generation.hasEnded()
                ? ending(generation, moment.progress().percent())
                : event(
                        "status",
                        message(generation.status()),
                        moment.progress().percent());
        generation.upstreamId().ifPresent(id -> event.put("generationId", id));
        return event;
    }

    private static ObjectNode ending(Generation generation, int percent) {
        if (generation.status() == Status.COMPLETED) {
            ObjectNode complete = event("complete", "Image generated", 100);
            ObjectNode data = complete.putObject("data").put("success", true);
            generation.imageUrls().forEach(data.putArray("imageUrls")::add);
            return complete;
        }
        String why = generation.error().map(Problem::detail).orElse(UpstreamShape.CANCELLED);
        ObjectNode error = event("error", why, percent);
        error.putObject("data").put("success", false).put("error", why);
        return error;
    }

    private static ObjectNode event(String type, String message, int progress) {
        return JSON.createObjectNode().put("type", type).put("message", message).put("progress", progress);
    }

    private static String message(Status status) {
        return switch (status) {
            case QUEUED -> "Waiting for a place";
            case SUBMITTING -> "Submitting";
            case PROCESSING -> "Generating image";
            case OVERDUE -> "Still generating, longer than usual";
            case COMPLETED, FAILED, REJECTED, CANCELLED, UNKNOWN, TIMED_OUT -> "Ended";
        };
    }
}
