package dev.sluice.intake;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Tells bodies apart by what they say, not by how it is written: the order of members, white space and the writing of
 * numbers and characters make no difference. (RFC 8785 goes by doubles, which would call different large numbers the same.)
 */
final class Fingerprint {

    private Fingerprint() {}

    static String of(JsonNode body) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(canonical(body).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    static String canonical(JsonNode node) {
        if (node.isObject()) {
            return node.propertyStream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(member -> StrictJson.quoted(member.getKey()) + ":" + canonical(member.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (node.isArray()) {
            return node.valueStream().map(Fingerprint::canonical).collect(Collectors.joining(",", "[", "]"));
        }
        return node.isNumber() ? node.decimalValue().stripTrailingZeros().toString() : node.toString();
    }
}
