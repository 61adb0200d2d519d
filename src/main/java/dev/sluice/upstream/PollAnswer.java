package dev.sluice.upstream;

import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.upstream.PollOutcome.Completed;
import dev.sluice.upstream.PollOutcome.Failed;
import dev.sluice.upstream.PollOutcome.StillProcessing;
import dev.sluice.upstream.PollOutcome.Unusable;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** How the answer to a poll is read. What is not an answer about the generation is no ending. */
record PollAnswer(int status, String body) {

    PollOutcome read(String key) {
        if (status != 200) {
            return new Unusable("answer " + status);
        }
        JsonNode data = Said.json(body).path("data");
        if (!data.isObject()) {
            return new Unusable("answer without data");
        }
        // The documentation's text says "status" where its examples say "processingStatus".
        String said = Said.text(data, "processingStatus") == null
                ? Said.text(data, "status")
                : Said.text(data, "processingStatus");
        return switch (said) {
            case "completed" -> completed(data, key);
            case "failed" -> new Failed(failure(data, key), Said.JSON.writeValueAsString(data));
            case null -> new Unusable("answer without processingStatus");
            default -> new StillProcessing();
        };
    }

    private static PollOutcome completed(JsonNode data, String key) {
        List<String> images = images(data);
        String text = Said.JSON.writeValueAsString(data);
        return images.isEmpty() ? new Failed(failure(data, key), text) : new Completed(images, text);
    }

    /** A poll says {@code outputImageUrls}, the other answers say {@code imageUrls}: either will do. */
    private static List<String> images(JsonNode data) {
        JsonNode urls = data.path("outputImageUrls").isArray() ? data.path("outputImageUrls") : data.path("imageUrls");
        return urls.valueStream()
                .filter(JsonNode::isString)
                .map(url -> Said.wholeCharacters(url.stringValue()))
                .toList();
    }

    private static Problem failure(JsonNode data, String key) {
        ProblemType type = Said.isTrue(data, "warning") ? ProblemType.CONTENT_SAFETY : ProblemType.GENERATION_FAILED;
        return new Problem(
                type,
                "The image API says: " + Said.quote(data, key, "errorMessage", "error", "message")
                        + ". The credits are spent; asking again costs again.");
    }
}
