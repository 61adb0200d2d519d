package dev.sluice.upstream;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Reads what the upstream wrote, which may be anything. */
final class Said {

    /** Keeps every digit: what is kept of an answer is shown as it came. */
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** As much of the upstream's own words as is passed on to a caller. */
    private static final int LONGEST_QUOTE = 500;

    private Said() {}

    /** The JSON of a body; missing if it is none. */
    static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** The text with a question mark for each half of a surrogate pair, which no UTF-8 can carry further. */
    static String wholeCharacters(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** A non-empty text in that field, or null. */
    static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isString() && !value.stringValue().isBlank() ? wholeCharacters(value.stringValue()) : null;
    }

    /** A number in that field, the next whole one if it has a fraction; null if there is none, or none so large. */
    static @Nullable Long number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isNumber()) {
            return null;
        }
        if (value.canConvertToLong()) {
            return value.longValue();
        }
        double whole = Math.ceil(value.decimalValue().doubleValue());
        return Math.abs(whole) < Long.MAX_VALUE ? (long) whole : null;
    }

    static boolean isTrue(JsonNode node, String field) {
        return node.path(field).isBoolean() && node.path(field).booleanValue();
    }

    /** The upstream's own words from whichever of the fields has some: short, on one line, and without the key. */
    static String quote(JsonNode node, String key, String... fields) {
        for (String field : fields) {
            String text = text(node, field);
            if (text != null) {
                String plain = text.replaceAll("\\p{Cntrl}+", " ").strip().replaceAll("[.\\s]+$", "");
                String safe = key.isEmpty() ? plain : plain.replace(key, "***");
                return safe.codePointCount(0, safe.length()) <= LONGEST_QUOTE
                        ? safe
                        : safe.substring(0, safe.offsetByCodePoints(0, LONGEST_QUOTE)) + "…";
            }
        }
        return "no reason given";
    }
}
