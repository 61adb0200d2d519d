package dev.sluice.intake;

import static dev.sluice.intake.Intake.require;

import dev.sluice.access.StreamTickets;
import dev.sluice.generation.GenerationId;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request for a ticket that was read and found good.
 *
 * @param generations what it shall open; everything that is the caller's if empty
 * @param life for how long
 */
public record WantedTicket(Set<GenerationId> generations, Duration life) {

    private static final String GENERATIONS = "generations";
    private static final String SECONDS = "seconds";

    /** About as long as a browser may want to follow something it knows: EventSource never asks for a new address. */
    private static final Duration USUAL = Duration.ofHours(2);

    private static final Duration LONGEST = Duration.ofHours(24);

    /** One that opens everything is worth more to a thief, so it lives shorter. */
    private static final Duration USUAL_FOR_ALL = Duration.ofMinutes(10);

    private static final Duration LONGEST_FOR_ALL = Duration.ofHours(1);

    static WantedTicket of(ObjectNode body) {
        body.propertyNames()
                .forEach(name -> require(
                        name.equals(GENERATIONS) || name.equals(SECONDS),
                        Refusal.pointer("", name),
                        "is not known here; a ticket has generations and seconds, and needs neither"));
        Set<GenerationId> generations = generations(body);
        return generations.isEmpty()
                ? new WantedTicket(generations, life(body, USUAL_FOR_ALL, LONGEST_FOR_ALL))
                : new WantedTicket(generations, life(body, USUAL, LONGEST));
    }

    private static Set<GenerationId> generations(ObjectNode body) {
        if (!body.has(GENERATIONS)) {
            return Set.of();
        }
        JsonNode ids = body.path(GENERATIONS);
        require(
                ids.isArray() && !ids.isEmpty() && ids.size() <= StreamTickets.MOST_GENERATIONS,
                "/" + GENERATIONS,
                "must be an array of 1 to %d ids; leave it out for a ticket that opens everything of yours"
                        .formatted(StreamTickets.MOST_GENERATIONS));
        return IntStream.range(0, ids.size())
                .mapToObj(i -> id("/%s/%d".formatted(GENERATIONS, i), ids.get(i)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static GenerationId id(String pointer, JsonNode id) {
        return GenerationId.parse(id.isString() ? id.stringValue() : "")
                .orElseThrow(() -> Refusal.ofField(pointer, "must be the id of a generation"));
    }

    private static Duration life(ObjectNode body, Duration usual, Duration longest) {
        if (!body.has(SECONDS)) {
            return usual;
        }
        JsonNode seconds = body.path(SECONDS);
        require(
                seconds.isIntegralNumber()
                        && seconds.canConvertToLong()
                        && seconds.longValue() >= 1
                        && seconds.longValue() <= longest.toSeconds(),
                "/" + SECONDS,
                "must be a whole number from 1 to %d; up to %d with generations"
                        .formatted(longest.toSeconds(), LONGEST.toSeconds()));
        return Duration.ofSeconds(seconds.longValue());
    }
}
