package dev.sluice.simulator;

import dev.sluice.simulator.Reply.Answer;
import dev.sluice.simulator.picture.Picture;
import java.net.URI;
import java.time.Instant;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The shapes of the upstream's answers, in its own words. */
final class Answers {

    private final Supplier<URI> address;

    Answers(Supplier<URI> address) {
        this.address = address;
    }

    Answer accepted(Generation generation) {
        return Answer.json(
                200,
                Json.object()
                        .put("success", true)
                        .put("async", true)
                        .put("generationId", generation.id())
                        .put("message", "Task submitted. Poll for the result.")
                        .setAll(money(generation)));
    }

    /** How a request in sync mode ends. */
    Answer finished(Generation generation) {
        return switch (generation.outcome()) {
            case PICTURES -> pictures(generation);
            case UNSAFE -> warning(generation);
            case FAILURE -> failed(500, generation);
        };
    }

    private Answer pictures(Generation generation) {
        ObjectNode body = Json.object().put("success", true).put("generationId", generation.id());
        body.set("imageUrls", urls(generation));
        return Answer.json(200, body.setAll(money(generation)));
    }

    Answer warning(Generation generation) {
        return Answer.json(
                200,
                Json.object()
                        .put("success", false)
                        .put("warning", true)
                        .put("generationId", generation.id())
                        .put("message", Outcome.UNSAFE.message)
                        .setAll(money(generation)));
    }

    Answer failed(int status, Generation generation) {
        return Answer.json(
                status,
                Json.object()
                        .put("success", false)
                        .put("generationId", generation.id())
                        .put("error", Outcome.FAILURE.message)
                        .setAll(money(generation)));
    }

    /** The answer to a poll; carries fields that no documentation mentions, as real answers do. */
    Answer polled(Generation generation, Instant now) {
        ObjectNode data = Json.object()
                .put("id", generation.id())
                .put("prompt", generation.submit().prompt());
        data.putNull("outputImageUrls");
        data.put("modelUsed", generation.submit().selectedModel()).put("processingStatus", "processing");
        if (!generation.runsAt(now)) {
            addEnding(data, generation);
        }
        Picture.Size size = generation.picture(0).size();
        data.put("creditsUsed", generation.credits())
                .put("createdAt", generation.createdAt().toString())
                .put("seed", generation.id().hashCode())
                .put("width", size.width())
                .put("height", size.height());
        ObjectNode body = Json.object();
        body.set("data", data);
        return Answer.json(200, body);
    }

    /** The answer to a poll for a task of a simulator that has stopped meanwhile, and its tasks with it. */
    static Answer lost(String id) {
        ObjectNode data = Json.object()
                .put("id", id)
                .put("processingStatus", "failed")
                .put("errorMessage", "The simulator was started anew and remembers nothing of this.");
        ObjectNode body = Json.object();
        body.set("data", data);
        return Answer.json(200, body);
    }

    private void addEnding(ObjectNode data, Generation generation) {
        switch (generation.outcome()) {
            case PICTURES -> data.put("processingStatus", "completed").set("outputImageUrls", urls(generation));
            case FAILURE, UNSAFE ->
                data.put("processingStatus", "failed").put("errorMessage", generation.outcome().message);
        }
    }

    ArrayNode urls(Generation generation) {
        ArrayNode urls = Json.MAPPER.createArrayNode();
        generation
                .picturePaths()
                .map(path -> address.get().resolve(path).toString())
                .forEach(urls::add);
        return urls;
    }

    private static ObjectNode money(Generation generation) {
        return Json.object().put("creditsUsed", generation.credits()).put("remainingCredits", generation.remaining());
    }

    static Answer busy(int activeTasks) {
        return Answer.json(
                503,
                Json.object()
                        .put("error", "Server is busy, too many concurrent tasks. Please retry later.")
                        .put("type", "server_busy")
                        .put("activeTasks", activeTasks));
    }

    static Answer wrongKey() {
        return error(401, "Invalid API key");
    }

    /** What is left of the request is not read, so the connection is of no more use. */
    static Answer tooLong() {
        return error(413, "Request body is longer than " + Wire.MAX_BODY_BYTES + " bytes")
                .with("Connection", "close");
    }

    static Answer error(int status, String text) {
        return Answer.json(status, Json.object().put("success", false).put("error", text));
    }

    static Answer models() {
        ArrayNode models = Json.MAPPER.createArrayNode();
        for (Model model : Model.values()) {
            models.addObject()
                    .put("name", model.id)
                    .put("displayName", model.displayName)
                    .put("creditsCost", model.creditsCost)
                    .put("supportsImageInput", model.supportsImageInput)
                    .put("supportsAspectRatio", true)
                    .put("requiresPro", model.requiresPro);
        }
        ObjectNode body = Json.object();
        body.set("data", models);
        return Answer.json(200, body);
    }

    static Answer credits(long left) {
        ObjectNode body = Json.object();
        body.putObject("data").put("credits", left);
        return Answer.json(200, body);
    }
}
