package dev.sluice.generation;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asked for.
 *
 * @param prompt what the picture shows; never blank, and empty only once it was erased
 * @param selectedModel the model by the upstream's name; null for the upstream's default
 * @param referenceImages how many reference images the body names: they cost
 * @param body what the upstream is sent, as a JSON object with at least a prompt: all that the caller gave but {@code sluice} and {@code mode}
 * @param priority how urgent it is
 * @param metadata the caller's own labels, given back with the generation
 * @param webhookUrl where its ending is to be told; null if nowhere
 */
public record GenerationRequest(
        String prompt,
        @Nullable String selectedModel,
        int referenceImages,
        String body,
        Priority priority,
        Map<String, String> metadata,
        @Nullable URI webhookUrl) {

    public GenerationRequest {
        metadata = Map.copyOf(metadata);
    }

    /** One whose ending is told to nobody who does not ask. */
    public GenerationRequest(
            String prompt,
            @Nullable String selectedModel,
            int referenceImages,
            String body,
            Priority priority,
            Map<String, String> metadata) {
        this(prompt, selectedModel, referenceImages, body, priority, metadata, null);
    }

    /** Never the prompt: what is written by people stays out of logs. */
    @Override
    public String toString() {
        return "GenerationRequest[model=" + selectedModel + ", priority=" + priority.word() + "]";
    }
}
