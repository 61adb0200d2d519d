package dev.sluice.intake;

import static dev.sluice.intake.Intake.require;

import dev.sluice.generation.Places;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request for several generations that was read and found good.
 *
 * @param generations at least one, in the order of the request
 * @param fingerprint the same for bodies that are the same as canonical JSON
 */
public record WantedBatch(List<Wanted> generations, String fingerprint) {

    private static final String GENERATIONS = "generations";

    public WantedBatch {
        generations = List.copyOf(generations);
    }

    static WantedBatch of(ObjectNode body, RequestProperties bounds) {
        body.propertyNames()
                .forEach(name -> require(
                        name.equals(GENERATIONS),
                        Refusal.pointer("", name),
                        "is not known here; what belongs to a generation stands in its own body"));
        JsonNode bodies = body.path(GENERATIONS);
        String rule = "must be an array of 1 to %d bodies, each as for one generation".formatted(Places.MOST);
        require(bodies.isArray() && !bodies.isEmpty(), "/" + GENERATIONS, rule);
        if (bodies.size() > Places.MOST) {
            throw Refusal.beyond(Bound.BATCH, "/" + GENERATIONS, rule);
        }
        return new WantedBatch(
                IntStream.range(0, bodies.size())
                        .mapToObj(i -> wanted("/%s/%d".formatted(GENERATIONS, i), bodies.get(i), bounds))
                        .toList(),
                Fingerprint.of(body));
    }

    private static Wanted wanted(String pointer, JsonNode body, RequestProperties bounds) {
        if (!(body instanceof ObjectNode object)) {
            throw Refusal.ofField(pointer, "must be an object with a prompt");
        }
        try {
            return Wanted.of(object, bounds);
        } catch (Refusal refusal) {
            throw refusal.within(pointer);
        }
    }
}
