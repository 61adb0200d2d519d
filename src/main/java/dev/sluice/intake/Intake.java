package dev.sluice.intake;

import dev.sluice.access.Caller;
import dev.sluice.access.SigningSecrets;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Priority;
import dev.sluice.generation.ProblemType;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the body of a request for a generation. What is wrong with it ends in a {@link Refusal} that names the field. */
public final class Intake {

    private static final Set<String> OPTIONS = Set.of("priority", "webhookUrl", "metadata", "queueTimeoutSeconds");
    private static final MediaType ANY_JSON = MediaType.valueOf("application/*+json");

    /** As long as what browsers and servers agree on. */
    private static final int LONGEST_WEBHOOK_URL = 2_000;

    private static final int HIGHEST_PORT = 65_535;

    private final RequestProperties bounds;
    private final StrictJson json;
    private final int largestBody;
    private final Duration longestBody;
    private final SigningSecrets secrets;

    Intake(RequestProperties properties, SigningSecrets secrets) {
        this.secrets = secrets;
        bounds = properties;
        json = new StrictJson(properties);
        largestBody = (int) properties.maxBody().toBytes();
        longestBody = properties.bodyTimeout();
    }

    public Mono<Wanted> read(ServerWebExchange exchange) {
        return read(exchange.getRequest()).doOnNext(wanted -> requireSecret(exchange, wanted, ""));
    }

    /** The same of a body that asks for several, each of them as above. */
    public Mono<WantedBatch> readSeveral(ServerWebExchange exchange) {
        return readSeveral(exchange.getRequest()).doOnNext(batch -> {
            for (int i = 0; i < batch.generations().size(); i++) {
                requireSecret(exchange, batch.generations().get(i), "/generations/" + i);
            }
        });
    }

    /** Nobody could tell an unsigned delivery from one that a stranger made up. */
    private void requireSecret(ServerWebExchange exchange, Wanted wanted, String pointer) {
        require(
                wanted.request().webhookUrl() == null
                        || !secrets.of(Caller.of(exchange).id()).isEmpty(),
                pointer + "/sluice/webhookUrl",
                "there is no secret to sign your webhooks with; leave it out, or ask the operator to set"
                        + " sluice.clients[n].webhook-secrets or sluice.webhook.signing-secret");
    }

    Mono<Wanted> read(ServerHttpRequest request) {
        return Mono.defer(() -> {
            requireJson(request.getHeaders());
            return body(request).map(json::object).map(body -> wanted(body, bounds));
        });
    }

    Mono<WantedBatch> readSeveral(ServerHttpRequest request) {
        return Mono.defer(() -> {
            requireJson(request.getHeaders());
            return body(request).map(json::object).map(body -> WantedBatch.of(body, bounds));
        });
    }

    /** The same of a body that asks for a ticket. */
    public Mono<WantedTicket> readTicket(ServerHttpRequest request) {
        return Mono.defer(() -> {
            requireJson(request.getHeaders());
            return body(request).map(json::object).map(WantedTicket::of);
        });
    }

    private static void requireJson(HttpHeaders headers) {
        MediaType type = contentType(headers);
        boolean isJson = type == null || MediaType.APPLICATION_JSON.includes(type) || ANY_JSON.includes(type);
        if (!isJson || (type != null && type.getCharset() != null && type.getCharset() != StandardCharsets.UTF_8)) {
            throw new Refusal(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send the body as Content-Type: application/json, in UTF-8");
        }
        if (headers.getFirst(HttpHeaders.CONTENT_ENCODING) != null) {
            throw new Refusal(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding");
        }
    }

    private static @Nullable MediaType contentType(HttpHeaders headers) {
        try {
            return headers.getContentType();
        } catch (InvalidMediaTypeException e) {
            throw new Refusal(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE, "The Content-Type cannot be read; send application/json");
        }
    }

    private Mono<byte[]> body(ServerHttpRequest request) {
        return request.getHeaders().getContentLength() > largestBody
                ? Mono.error(this::tooLarge)
                : DataBufferUtils.join(request.getBody(), largestBody)
                        .map(joined -> {
                            byte[] bytes = new byte[joined.readableByteCount()];
                            joined.read(bytes);
                            DataBufferUtils.release(joined);
                            return bytes;
                        })
                        .defaultIfEmpty(new byte[0])
                        .timeout(longestBody, Mono.error(this::tooSlow))
                        .onErrorMap(this::refusal);
    }

    private Refusal refusal(Throwable failure) {
        return switch (failure) {
            case Refusal refusal -> refusal;
            case DataBufferLimitException _ -> tooLarge();
            default -> new Refusal(ProblemType.MALFORMED_REQUEST, "The body breaks off");
        };
    }

    private Refusal tooSlow() {
        return new Refusal(
                ProblemType.MALFORMED_REQUEST,
                "The body did not come to its end within %d ms: send as much as its Content-Length says"
                        .formatted(longestBody.toMillis()),
                Bound.BODY_TIME);
    }

    private Refusal tooLarge() {
        return new Refusal(
                ProblemType.BODY_TOO_LARGE, "The body may have " + largestBody + " bytes at most", Bound.BODY_SIZE);
    }

    static Wanted wanted(ObjectNode body, RequestProperties bounds) {
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
                .flatMap(Intake::uri)
                .filter(Intake::isOfTheWeb)
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

    static void require(boolean kept, String pointer, String rule) {
        if (!kept) {
            throw Refusal.ofField(pointer, rule);
        }
    }
}
