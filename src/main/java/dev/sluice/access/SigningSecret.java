package dev.sluice.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret that a receiver of webhooks shares, in the form of Standard Webhooks; its text never shows it. */
public final class SigningSecret {

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int FEWEST_BYTES = 24;
    private static final int MOST_BYTES = 64;

    private final SecretKeySpec key;

    private SigningSecret(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** @throws IllegalArgumentException if it is none; names the property, and not what it held */
    static SigningSecret parse(String text, String property) {
        byte[] bytes = text.startsWith(PREFIX) ? bytes(text.substring(PREFIX.length())) : new byte[0];
        if (bytes.length < FEWEST_BYTES || bytes.length > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "%s must be %s and %d to %d random bytes in base64, such as the output of: echo %s$(openssl rand -base64 32)"
                            .formatted(property, PREFIX, FEWEST_BYTES, MOST_BYTES, PREFIX));
        }
        return new SigningSecret(bytes);
    }

    private static byte[] bytes(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** The signature of that content, as one entry of {@code webhook-signature}. */
    public String sign(String content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "SigningSecret[]";
    }
}
