package dev.sluice.upstream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Reads what the upstream wrote, which may be anything. */
final class Said {

    static final JsonMapper JSON = JsonMapper.shared();

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

    /** A non-empty text in that field, or null. */
    static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isString() && !value.stringValue().isBlank() ? value.stringValue() : null;
    }

    static @Nullable Long number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isNumber() ? value.longValue() : null;
    }

    static boolean isTrue(JsonNode node, String field) {
        return node.path(field).isBoolean() && node.path(field).booleanValue();
    }

    /** The upstream's own words from whichever of the fields has some: short, on one line, and without the key. */
    static String quote(JsonNode node, String key, String... fields) {
        for (String field : fields) {
            String text = text(node, field);
            if (text != null) {
                String plain = text.replaceAll("\\p{Cntrl}+", " ").strip();
                String safe = key.isEmpty() ? plain : plain.replace(key, "***");
                return safe.length() <= LONGEST_QUOTE ? safe : safe.substring(0, LONGEST_QUOTE) + "…";
            }
        }
        return "no reason given";
    }
}
