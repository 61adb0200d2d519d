package dev.sluice.dropin;

import dev.sluice.generation.Credits;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Failed;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Our records in the upstream's words, as its documentation shows them. */
final class UpstreamShape {

    /** What is told of a generation that was withdrawn. */
    static final String CANCELLED = "Cancelled before it was accepted; nothing was charged";

    private static final JsonMapper JSON = JsonMapper.shared();

    private UpstreamShape() {}

    /**
     * The answer to a poll: the upstream's own {@code data} where it gave an ending, else one made from the record. An
     * erased one is told from the record too: whoever polls for it has to see that it is over.
     */
    static String poll(Generation generation) {
        return "{\"data\":"
                + switch (generation.last().event()) {
                    case Completed completed when !generation.isErased() -> completed.answer();
                    case Failed failed
                    when generation.acceptedAt().isPresent() && !generation.isErased() -> failed.answer();
                    default -> pollData(generation).toString();
                }
                + "}";
    }

    private static ObjectNode pollData(Generation generation) {
        ObjectNode data = JSON.createObjectNode()
                .put("id", id(generation))
                .put("prompt", generation.request().prompt());
        data.set("outputImageUrls", outputImageUrls(generation));
        data.put("modelUsed", generation.request().selectedModel()).put("processingStatus", processing(generation));
        if (hasFailed(generation)) {
            data.put("errorMessage", generation.error().map(Problem::detail).orElse(CANCELLED));
        }
        return data.put("creditsUsed", generation.credits().used())
                .put("createdAt", generation.createdAt().toString());
    }

    /** An empty list of one that is completed: null says that there are none yet. */
    private static JsonNode outputImageUrls(Generation generation) {
        return generation.status() == Status.COMPLETED ? JSON.valueToTree(generation.imageUrls()) : JSON.nullNode();
    }

    private static String processing(Generation generation) {
        if (!generation.hasEnded()) {
            return "processing";
        }
        return hasFailed(generation) ? "failed" : "completed";
    }

    private static boolean hasFailed(Generation generation) {
        return generation.hasEnded() && generation.status() != Status.COMPLETED;
    }

    /**
     * The upstream's answer to a submit that it took: that very one, or what the record still knows of it once it is
     * erased. Empty if it took none.
     */
    static Optional<String> submitted(Generation generation) {
        Optional<String> answer = generation
                .submitAnswer()
                .or(() -> generation.last().event() instanceof Failed failed
                        ? Optional.of(failed.answer())
                        : Optional.empty());
        return generation.isErased() ? answer.map(_ -> erasedSubmit(generation).toString()) : answer;
    }

    private static ObjectNode erasedSubmit(Generation generation) {
        if (generation.acceptedAt().isPresent()) {
            ObjectNode body = JSON.createObjectNode()
                    .put("success", true)
                    .put("async", true)
                    .put("generationId", id(generation))
                    .put("message", "Submitted, and erased by its owner since");
            return putCredits(body, generation.credits());
        }
        Problem why = generation.error().orElseThrow();
        return why.type() == ProblemType.CONTENT_SAFETY ? warning(generation, why) : failure(generation, why);
    }

    private static ObjectNode failure(Generation generation, Problem why) {
        ObjectNode body = JSON.createObjectNode()
                .put("success", false)
                .put("generationId", id(generation))
                .put("error", why.detail());
        return putCredits(body, generation.credits());
    }

    /** The id that a caller can poll by: the upstream's once there is one. */
    private static String id(Generation generation) {
        return generation.upstreamId().orElse(generation.id().value());
    }

    /** What a synchronous submit answers when the pictures are there. */
    static ObjectNode completed(Generation generation) {
        ObjectNode body = JSON.createObjectNode().put("success", true).put("generationId", id(generation));
        generation.imageUrls().forEach(body.putArray("imageUrls")::add);
        return putCredits(body, generation.credits());
    }

    /** What a submit answers when the safety check objects. */
    static ObjectNode warning(Generation generation, Problem why) {
        ObjectNode body = JSON.createObjectNode()
                .put("success", false)
                .put("warning", true)
                .put("generationId", id(generation))
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

    /** What is told of a generation that is under way when its request cannot be held any longer. */
    static ObjectNode notYet(Generation generation) {
        String credits = generation.status() == Status.SUBMITTING ? "may be spent" : "are spent";
        return JSON.createObjectNode()
                .put(
                        "error",
                        "The image takes longer than usual. Its credits " + credits
                                + ": do not ask again, poll for it by its generationId")
                .put("generationId", id(generation));
    }

    /** The upstream's own busy answer, in its own words, since programs look for them. */
    static ObjectNode busy(int activeTasks) {
        return JSON.createObjectNode()
                .put("error", "Server is busy, too many concurrent tasks. Please retry later.")
                .put("type", "server_busy")
                .put("activeTasks", activeTasks);
    }
}
