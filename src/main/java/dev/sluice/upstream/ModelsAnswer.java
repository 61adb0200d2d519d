package dev.sluice.upstream;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** How the answer to the question for the models is read. */
record ModelsAnswer(int status, String body) {

    /** More models than anybody has: the rest of a longer list is passed over. */
    static final int MOST_MODELS = 1000;

    /**
     * What each model costs, by its name; one that does not say so is left out.
     *
     * @throws IllegalStateException if it is no list of models
     */
    Map<String, Long> prices() {
        JsonNode models = Said.json(body).path("data");
        if (status != 200 || !models.isArray()) {
            throw new IllegalStateException("answer " + status + " without a list of models");
        }
        Map<String, Long> prices = new HashMap<>();
        models.valueStream().limit(MOST_MODELS).forEach(model -> {
            String name = Said.text(model, "name");
            Long cost = Said.number(model, "creditsCost");
            if (name != null && cost != null && cost >= 0) {
                prices.put(name, cost);
            }
        });
        return prices;
    }
}
