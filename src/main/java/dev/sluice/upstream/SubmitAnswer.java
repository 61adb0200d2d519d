package dev.sluice.upstream;

import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.upstream.SubmitOutcome.Accepted;
import dev.sluice.upstream.SubmitOutcome.Ambiguous;
import dev.sluice.upstream.SubmitOutcome.Busy;
import dev.sluice.upstream.SubmitOutcome.FailedAtOnce;
import dev.sluice.upstream.SubmitOutcome.KeyRefused;
import dev.sluice.upstream.SubmitOutcome.Refused;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a complete answer to a submit is read. Whatever is not certainly a refusal is taken for a submit that may have been
 * accepted: it is never sent again.
 */
record SubmitAnswer(int status, @Nullable String retryAfter, String body) {

    SubmitOutcome read(String key) {
        JsonNode json = Said.json(body);
        if (status >= 200 && status < 300) {
            return readSuccess(json, key);
        }
        return switch (status) {
            case 503 ->
                "server_busy".equals(Said.text(json, "type"))
                        ? busy(json)
                        : new Ambiguous("answer 503 that is not server_busy", body);
            case 429 -> busy(json);
            case 401, 403 -> new KeyRefused(status);
            case 402 ->
                new Refused(new Problem(
                        ProblemType.OUT_OF_CREDITS,
                        "Nothing was charged. The account at the image API has to be topped up by its"
                                + " operator; then ask again."));
            case 400, 404, 413, 415, 422 -> refused(json, key);
            default -> new Ambiguous("answer " + status, body);
        };
    }

    private SubmitOutcome readSuccess(JsonNode json, String key) {
        String id = Said.text(json, "generationId");
        Long used = Said.number(json, "creditsUsed");
        Long remaining = Said.number(json, "remainingCredits");
        if (Said.isTrue(json, "warning")) {
            return new FailedAtOnce(
                    new Problem(
                            ProblemType.CONTENT_SAFETY,
                            "The image API says: " + Said.quote(json, key, "message", "error")
                                    + ". The credits are spent. Change the prompt."),
                    id,
                    used,
                    remaining,
                    body);
        }
        if (json.path("success").isBoolean() && !json.path("success").booleanValue()) {
            return used != null && used > 0
                    ? new FailedAtOnce(
                            new Problem(
                                    ProblemType.GENERATION_FAILED,
                                    "The image API says: " + Said.quote(json, key, "error", "message")
                                            + ". The credits are spent."),
                            id,
                            used,
                            remaining,
                            body)
                    : refused(json, key);
        }
        return id != null
                ? new Accepted(id, used, remaining, body)
                : new Ambiguous("answer " + status + " without a generationId", body);
    }

    private Busy busy(JsonNode json) {
        Long active = Said.number(json, "activeTasks");
        return new Busy(RetryAfter.parse(retryAfter), active == null ? null : active.intValue());
    }

    private static Refused refused(JsonNode json, String key) {
        return new Refused(new Problem(
                ProblemType.REFUSED,
                "The image API says: " + Said.quote(json, key, "error", "message")
                        + ". Nothing was charged. Change the request and ask again."));
    }
}
