package dev.sluice.simulator;

import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What a submit asks for, read as kindly as it can be; {@link #problem} tells what is wrong with it.
 *
 * @param prompt empty when there is none
 * @param selectedModel as it was asked for, known or not
 * @param mode as it was asked for; {@code sync} when it was left out
 * @param body the request as it came
 */
record SubmitRequest(
        String prompt, String selectedModel, String mode, int referenceImages, String aspectRatio, String body) {

    private static final String UNREADABLE = "?";

    static SubmitRequest read(String body) {
        JsonNode fields = tree(body);
        return new SubmitRequest(
                fields.path("prompt").asString(""),
                fields.path("selectedModel").asString(Model.GEMINI_FLASH.id),
                fields.isObject() ? fields.path("mode").asString("sync") : UNREADABLE,
                fields.path("referenceImageUrls").size(),
                fields.path("aspectRatio").asString(""),
                body);
    }

    private static JsonNode tree(String body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    Optional<String> problem() {
        if (mode.equals(UNREADABLE)) {
            return Optional.of("Request body must be a JSON object");
        }
        if (prompt.isBlank()) {
            return Optional.of("Prompt is required");
        }
        return switch (mode) {
            case "async", "sync", "stream" -> Optional.empty();
            default -> Optional.of("Invalid mode: use sync, stream or async");
        };
    }

    Model model() {
        return Model.named(selectedModel);
    }

    int cost() {
        return model().costWith(referenceImages);
    }

    /** Markers let a person who tries the page, or a test, choose what becomes of a prompt. */
    boolean says(String marker) {
        return prompt.toLowerCase(Locale.ROOT).contains("[" + marker + "]");
    }
}
