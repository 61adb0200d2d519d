package dev.sluice.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** A new key for a caller: {@code sluice_}, by which scanners of secrets know it, and 32 random bytes. */
public final class GatewayKey {

    private static final String PREFIX = "sluice_";
    private static final int RANDOM_BYTES = 32;

    private final String value;

    private GatewayKey(String value) {
        this.value = value;
    }

    public static GatewayKey random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new GatewayKey(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The key and the setting by which Sluice knows it: the only text that ever shows it. */
    public String forOperator() {
        return """
            For the caller, who sends it as Authorization: Bearer; it is shown this once:
            %s

            For Sluice, which needs no more than its hash:
            sluice.clients[0].key-sha256=%s
            """.formatted(value, HexFormat.of().formatHex(hash(value)));
    }

    static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "GatewayKey[***]";
    }
}
