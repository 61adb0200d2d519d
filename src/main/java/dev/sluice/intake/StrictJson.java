package dev.sluice.intake;

import dev.sluice.generation.ProblemType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as callers must send it: UTF-8, one object, no name twice, no U+0000, no lone surrogates (neither can be stored or
 * sent on without change). Numbers keep every digit.
 */
final class StrictJson {

    private static final Pattern OF_THE_PARSER_ITSELF =
            Pattern.compile("(?s)(, from `| \\(bound as|: enable|: maybe a|: not allowed as per| at \\[).*");

    private final JsonMapper json;

    StrictJson(RequestProperties bounds) {
        json = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(bounds.maxJsonDepth())
                                .maxNumberLength(bounds.maxJsonNumber())
                                .build())
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    ObjectNode object(byte[] body) {
        if (body.length == 0) {
            throw new Refusal(ProblemType.MALFORMED_REQUEST, "The body is empty: send a JSON object");
        }
        try {
            if (!(json.readTree(text(body)) instanceof ObjectNode object)) {
                throw new Refusal(ProblemType.MALFORMED_REQUEST, "The body is not a JSON object: send one");
            }
            requireStorable("", object);
            return object;
        } catch (JacksonException e) {
            throw new Refusal(
                    ProblemType.MALFORMED_REQUEST,
                    "The body is not valid JSON%s: %s".formatted(place(e), inOurWords(e.getOriginalMessage())),
                    e instanceof StreamConstraintsException ? Bound.JSON : null);
        } catch (NumberFormatException e) { // the parser lets it through
            throw new Refusal(ProblemType.MALFORMED_REQUEST, "The body holds a number whose exponent is too large");
        }
    }

    /** The parser would guess UTF-16 and UTF-32, and take bytes for a character that stand for none. */
    private static String text(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            if (text.startsWith("\ufeff")) {
                throw new Refusal(
                        ProblemType.MALFORMED_REQUEST, "The body begins with a byte order mark; send it without");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new Refusal(ProblemType.MALFORMED_REQUEST, "The body is not UTF-8");
        }
    }

    static String quoted(String text) {
        return JsonMapper.shared().writeValueAsString(text);
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " (line %d, column %d)"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    }

    /** Without what the parser says of its own settings and classes. */
    private static String inOurWords(String message) {
        String words = OF_THE_PARSER_ITSELF.matcher(message).replaceFirst("").replaceAll("\\p{Cntrl}", "?");
        return words.contains("`") ? "it breaks a rule of JSON" : words;
    }

    private static void requireStorable(String pointer, JsonNode node) {
        if (node.isString()) {
            requireStorable(pointer, node.stringValue());
        }
        node.properties().forEach(field -> {
            requireStorable(pointer + "/…", field.getKey());
            requireStorable(Refusal.pointer(pointer, field.getKey()), field.getValue());
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
