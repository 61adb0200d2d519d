package dev.sluice.intake;

import dev.sluice.generation.ProblemType;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as callers must send it: one object, no name twice, no U+0000, no lone surrogates (neither can be stored or sent on
 * without change). Numbers keep every digit.
 */
final class StrictJson {

    private static final int DEEPEST = 64;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private StrictJson() {}

    static ObjectNode object(byte[] body) {
        if (body.length == 0) {
            throw new Refusal(ProblemType.MALFORMED_REQUEST, "The body is empty: send a JSON object with a prompt");
        }
        try {
            if (!(JSON.readTree(body) instanceof ObjectNode object)) {
                throw new Refusal(
                        ProblemType.MALFORMED_REQUEST, "The body is not a JSON object: send one with a prompt");
            }
            requireStorable("", object);
            return object;
        } catch (JacksonException e) {
            throw new Refusal(
                    ProblemType.MALFORMED_REQUEST,
                    "The body is not valid JSON%s: %s".formatted(place(e), firstSentence(e.getOriginalMessage())));
        }
    }

    static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " (line %d, column %d)"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    }

    /** The parser's further sentences speak of its own settings. */
    private static String firstSentence(String message) {
        String line = message.lines().findFirst().orElse("unreadable").replaceAll("\\p{Cntrl}", "?");
        int end = line.indexOf(": ");
        return line.toLowerCase(Locale.ROOT).startsWith("illegal") && end > 0 ? line.substring(0, end) : line;
    }

    private static void requireStorable(String pointer, JsonNode node) {
        if (node.isString()) {
            requireStorable(pointer, node.stringValue());
        }
        node.properties().forEach(field -> {
            requireStorable(pointer + "/…", field.getKey());
            requireStorable(pointer + "/" + field.getKey(), field.getValue());
        });
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                requireStorable(pointer + "/" + i, node.get(i));
            }
        }
    }

    private static void requireStorable(String pointer, String text) {
        if (text.indexOf('\0') >= 0) {
            throw Refusal.ofField(pointer, "holds the character U+0000; leave it out");
        }
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw Refusal.ofField(pointer, "holds half of a surrogate pair; send whole characters");
        }
    }
}
