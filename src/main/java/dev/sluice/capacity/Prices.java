package dev.sluice.capacity;

import dev.sluice.generation.GenerationRequest;
import java.util.Map;

/** What generations are expected to cost: the upstream's price of the model, and one more for each image after the first. */
public final class Prices {

    private static final long UNTIL_TOLD = 1;

    private volatile Map<String, Long> byModel = Map.of();

    /** What the upstream says now, by the models' names. */
    public void are(Map<String, Long> told) {
        byModel = Map.copyOf(told);
    }

    /** Whether the upstream tells a price of a model of this name. */
    public boolean name(String model) {
        return byModel.containsKey(model);
    }

    long of(GenerationRequest request) {
        String model = request.selectedModel();
        long price = model == null ? UNTIL_TOLD : byModel.getOrDefault(model, UNTIL_TOLD);
        return price + Math.max(0, request.referenceImages() - 1);
    }
}
