package dev.sluice.stream;

import dev.sluice.generation.Credits;
import dev.sluice.generation.Generation;
import dev.sluice.generation.Problem;
import dev.sluice.generation.Progress;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A generation as callers see it. */
public final class GenerationJson {

    /** The upstream keeps its pictures for so long. */
    static final Duration RESULTS_ARE_KEPT = Duration.ofDays(15);

    private static final JsonMapper JSON = JsonMapper.shared();

    private GenerationJson() {}

    /** All of it. */
    public static ObjectNode of(Generation generation, Progress progress) {
        ObjectNode json = JSON.createObjectNode();
        start(json, generation);
        json.put("prompt", generation.request().prompt());
        finish(json, generation, progress);
        if (!generation.request().metadata().isEmpty()) {
            ObjectNode metadata = json.putObject("metadata");
            generation.request().metadata().forEach(metadata::put);
        }
        return json;
    }

    /** Without the echo of the request: what a stream repeats with every event. */
    static ObjectNode withoutEcho(Generation generation, Progress progress) {
        ObjectNode json = JSON.createObjectNode();
        start(json, generation);
        finish(json, generation, progress);
        return json;
    }

    static byte[] bytes(ObjectNode json) {
        return JSON.writeValueAsBytes(json);
    }

    private static void start(ObjectNode json, Generation generation) {
        json.put("id", generation.id().value())
                .put("status", generation.status().word());
        generation.upstreamId().ifPresent(id -> json.put("upstreamId", id));
    }

    private static void finish(ObjectNode json, Generation generation, Progress progress) {
        if (generation.request().selectedModel() != null) {
            json.put("selectedModel", generation.request().selectedModel());
        }
        generation.imageUrls().forEach(json.putArray("imageUrls")::add);
        generation.error().ifPresent(error -> json.set("error", of(error).put("instance", self(generation))));
        put(json.putObject("credits"), generation.credits());
        put(json.putObject("progress"), progress);
        putInstants(json, generation);
        json.putObject("links").put("self", self(generation)).put("events", self(generation) + "/events");
    }

    private static void putInstants(ObjectNode json, Generation generation) {
        json.put("createdAt", generation.createdAt().toString());
        generation.submittedAt().map(Instant::toString).ifPresent(at -> json.put("submittedAt", at));
        generation.finishedAt().map(Instant::toString).ifPresent(at -> json.put("finishedAt", at));
        if (!generation.imageUrls().isEmpty()) {
            json.put("expiresAt", generation.last().at().plus(RESULTS_ARE_KEPT).toString());
        }
    }

    /** A problem without its instance. */
    public static ObjectNode of(Problem problem) {
        return JSON.createObjectNode()
                .put("type", problem.type().uri())
                .put("title", problem.type().title())
                .put("status", problem.type().status())
                .put("detail", problem.detail());
    }

    private static void put(ObjectNode json, Credits credits) {
        json.put("used", credits.used());
        if (credits.remaining() != null) {
            json.put("remaining", credits.remaining());
        }
        if (credits.atRisk() > 0) {
            json.put("atRisk", credits.atRisk());
        }
    }

    private static void put(ObjectNode json, Progress progress) {
        json.put("percent", progress.percent());
        if (progress.etaSeconds() != null) {
            json.put("etaSeconds", progress.etaSeconds());
        }
        if (progress.startsInSeconds() != null) {
            json.put("startsInSeconds", progress.startsInSeconds());
        }
        if (progress.queuePosition() != null) {
            json.put("queuePosition", progress.queuePosition());
        }
        if (progress.waitingFor() != null) {
            json.put("waitingFor", progress.waitingFor().word());
        }
    }

    /** Where the generation is found. */
    public static String self(Generation generation) {
        return "/v1/generations/" + generation.id();
    }
}
