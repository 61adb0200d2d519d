package dev.sluice.dropin;

import dev.sluice.generation.Credits;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Failed;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.stream.Moment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Our records in the upstream's words, as its documentation shows them. */
final class UpstreamShape {

    private static final JsonMapper JSON = JsonMapper.shared();

    private UpstreamShape() {}

    /** The answer to a poll: the upstream's own {@code data} where it gave an ending, else one made from the record. */
    static ObjectNode poll(Generation generation) {
        ObjectNode body = JSON.createObjectNode();
        body.set(
                "data",
                switch (generation.last().event()) {
                    case Completed completed -> JSON.readTree(completed.answer());
                    case Failed failed when generation.acceptedAt().isPresent() -> JSON.readTree(failed.answer());
                    default -> pollData(generation);
                });
        return body;
    }

    private static ObjectNode pollData(Generation generation) {
        ObjectNode data = JSON.createObjectNode()
                .put("id", generation.upstreamId().orElse(generation.id().value()))
                .put("prompt", generation.request().prompt())
                .putNull("outputImageUrls")
                .put("modelUsed", generation.request().selectedModel())
                .put("processingStatus", generation.hasEnded() ? "failed" : "processing");
        generation.error().ifPresent(error -> data.put("errorMessage", error.detail()));
        if (generation.status() == Status.CANCELLED) {
            data.put("errorMessage", "Cancelled before it was accepted; nothing was charged");
        }
        return data.put("creditsUsed", generation.credits().used())
                .put("createdAt", generation.createdAt().toString());
    }

    /** What a synchronous submit answers when the pictures are there. */
    static ObjectNode completed(Generation generation) {
        ObjectNode body = JSON.createObjectNode()
                .put("success", true)
                .put(
                        "generationId",
                        generation.upstreamId().orElse(generation.id().value()));
        generation.imageUrls().forEach(body.putArray("imageUrls")::add);
        return putCredits(body, generation.credits());
    }

    /** What a submit answers when the safety check objects. */
    static ObjectNode warning(Generation generation, Problem why) {
        ObjectNode body = JSON.createObjectNode()
                .put("success", false)
                .put("warning", true)
                .put(
                        "generationId",
                        generation.upstreamId().orElse(generation.id().value()))
                .put("message", why.detail());
        return putCredits(body, generation.credits());
    }

    private static ObjectNode putCredits(ObjectNode body, Credits credits) {
        body.put("creditsUsed", credits.used());
        if (credits.remaining() != null) {
            body.put("remainingCredits", credits.remaining());
        }
        return body;
    }

    /** An error as the upstream tells it. */
    static ObjectNode error(Problem problem) {
        ObjectNode body = JSON.createObjectNode().put("error", problem.detail());
        if (problem.type() == ProblemType.OUTCOME_UNKNOWN) {
            body.put("type", "outcome_unknown");
        }
        return body;
    }

    /** The upstream's own busy answer, in its own words, since programs look for them. */
    static ObjectNode busy(int activeTasks) {
        return JSON.createObjectNode()
                .put("error", "Server is busy, too many concurrent tasks. Please retry later.")
                .put("type", "server_busy")
                .put("activeTasks", activeTasks);
    }

    /** One event of a streamed submit. */
    static ObjectNode event(Moment moment) {
        Generation generation = moment.generation();
        ObjectNode event = JSON.createObjectNode();
        if (generation.status() == Status.COMPLETED) {
            event.put("type", "complete").put("message", "Image generated").put("progress", 100);
            ObjectNode data = event.putObject("data").put("success", true);
            generation.imageUrls().forEach(data.putArray("imageUrls")::add);
        } else if (generation.hasEnded()) {
            String why = generation.error().map(Problem::detail).orElse("Cancelled; nothing was charged");
            event.put("type", "error")
                    .put("message", why)
                    .put("progress", moment.progress().percent());
            event.putObject("data").put("success", false).put("error", why);
        } else {
            event.put("type", "status")
                    .put("message", message(generation.status()))
                    .put("progress", moment.progress().percent());
        }
        generation.upstreamId().ifPresent(id -> event.put("generationId", id));
        return event;
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

    static JsonNode parse(String json) {
        return JSON.readTree(json);
    }
}
