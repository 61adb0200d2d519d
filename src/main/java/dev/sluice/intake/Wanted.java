package dev.sluice.intake;

import static dev.sluice.intake.Intake.require;

import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Priority;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request that was read and found good.
 *
 * @param mode what the body said under {@code mode}, if anything
 * @param queueTimeout how long the caller wants it to be queued at most, if it said
 * @param fingerprint the same for bodies that are the same as canonical JSON
 */
public record Wanted(
        GenerationRequest request,
        @Nullable String mode,
        @Nullable Duration queueTimeout,
        String fingerprint) {

    private static final Set<String> OPTIONS = Set.of("priority", "webhookUrl", "metadata", "queueTimeoutSeconds");

    /** As long as what browsers and servers agree on. */
    private static final int LONGEST_WEBHOOK_URL = 2_000;

    private static final int HIGHEST_PORT = 65_535;

    static Wanted of(ObjectNode body, RequestProperties bounds) {
        ObjectNode passedOn = body.deepCopy();
        passedOn.remove(List.of("sluice", "mode"));
        JsonNode options = body.path("sluice");
        require(options.isMissingNode() || options.isObject(), "/sluice", "must be an object");
        options.propertyNames()
                .forEach(name -> require(
                        OPTIONS.contains(name),
                        Refusal.pointer("/sluice", name),
                        "is not known; there are " + OPTIONS.stream().sorted().toList()));
        return new Wanted(
                new GenerationRequest(
                        prompt(body, bounds),
                        text(body, "", "selectedModel"),
                        referenceImages(body, bounds),
                        passedOn.toString(),
                        priority(options),
                        metadata(options, bounds),
                        webhookUrl(options)),
                mode(body),
                queueTimeout(options),
                Fingerprint.of(body));
    }

    private static String prompt(ObjectNode body, RequestProperties bounds) {
        String prompt = text(body, "", "prompt");
        if (prompt == null || prompt.isBlank()) {
            throw Refusal.ofField("/prompt", "say in words what the picture shows: a string that is not blank");
        }
        within(Bound.PROMPT, "/prompt", prompt.length(), bounds.maxPrompt(), "characters");
        text(body, "", "aspectRatio");
        return prompt;
    }

    private static @Nullable String mode(ObjectNode body) {
        return text(body, "", "mode");
    }

    private static @Nullable String text(JsonNode node, String parent, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        require(value.isString(), parent + "/" + field, "must be a string");
        return value.stringValue();
    }

    private static int referenceImages(ObjectNode body, RequestProperties bounds) {
        JsonNode urls = body.path("referenceImageUrls");
        if (urls.isMissingNode() || urls.isNull()) {
            return 0;
        }
        require(urls.isArray(), "/referenceImageUrls", "must be an array of addresses");
        within(Bound.REFERENCE_IMAGES, "/referenceImageUrls", urls.size(), bounds.maxReferenceImages(), "addresses");
        for (int i = 0; i < urls.size(); i++) {
            String pointer = "/referenceImageUrls/" + i;
            require(urls.get(i).isString(), pointer, "must be an address, as a string");
            int length = urls.get(i).stringValue().length();
            within(Bound.REFERENCE_IMAGES, pointer, length, bounds.maxReferenceImageUrl(), "characters");
        }
        return urls.size();
    }

    private static Priority priority(JsonNode options) {
        String word = text(options, "/sluice", "priority");
        return Arrays.stream(Priority.values())
                .filter(priority -> priority.word().equals(word == null ? Priority.INTERACTIVE.word() : word))
                .findFirst()
                .orElseThrow(() -> Refusal.ofField("/sluice/priority", "must be \"interactive\" or \"batch\""));
    }

    private static Map<String, String> metadata(JsonNode options, RequestProperties bounds) {
        JsonNode given = options.path("metadata");
        require(given.isMissingNode() || given.isObject(), "/sluice/metadata", "must be an object of strings");
        Map<String, String> metadata = new HashMap<>();
        given.properties().forEach(label -> {
            require(
                    label.getValue().isString(),
                    Refusal.pointer("/sluice/metadata", label.getKey()),
                    "must be a string");
            metadata.put(label.getKey(), label.getValue().stringValue());
        });
        int size = metadata.entrySet().stream()
                .mapToInt(label -> label.getKey().length() + label.getValue().length())
                .sum();
        within(Bound.METADATA, "/sluice/metadata", size, bounds.maxMetadata(), "characters, names and values together");
        return metadata;
    }

    private static @Nullable URI webhookUrl(JsonNode options) {
        JsonNode given = options.path("webhookUrl");
        if (given.isMissingNode()) {
            return null;
        }
        return Optional.of(given)
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .filter(text -> text.length() <= LONGEST_WEBHOOK_URL)
                .flatMap(Wanted::uri)
                .filter(Wanted::isOfTheWeb)
                .orElseThrow(() -> Refusal.ofField(
                        "/sluice/webhookUrl",
                        "must be an absolute http or https address of at most %d characters, without user name, password or fragment"
                                .formatted(LONGEST_WEBHOOK_URL)));
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static boolean isOfTheWeb(URI url) {
        return ("http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme()))
                && url.getHost() != null
                && url.getPort() != 0
                && url.getPort() <= HIGHEST_PORT
                && url.toString().chars().allMatch(c -> c < 0x7f)
                && url.getRawUserInfo() == null
                && url.getRawFragment() == null;
    }

    private static @Nullable Duration queueTimeout(JsonNode options) {
        JsonNode seconds = options.path("queueTimeoutSeconds");
        if (seconds.isMissingNode()) {
            return null;
        }
        require(
                seconds.isIntegralNumber() && seconds.canConvertToInt() && seconds.intValue() >= 1,
                "/sluice/queueTimeoutSeconds",
                "must be a whole number of seconds, at least 1");
        return Duration.ofSeconds(seconds.intValue());
    }

    private static void within(Bound bound, String pointer, int size, int most, String what) {
        if (size > most) {
            throw Refusal.beyond(bound, pointer, "may have %d %s at most, not %d".formatted(most, what, size));
        }
    }
}
