package dev.sluice.access;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How tickets for streams are signed.
 *
 * @param secret what signs tickets, in base64, at least 32 bytes; by default made once and kept in the store. Another one makes all tickets invalid
 */
@ConfigurationProperties("sluice.tickets")
record TicketProperties(@Nullable String secret) {

    private static final int LEAST_BYTES = 32;

    TicketProperties {
        if (secret != null
                && decoded(secret).filter(bytes -> bytes.length >= LEAST_BYTES).isEmpty()) {
            throw new IllegalArgumentException("sluice.tickets.secret must be base64 of at least " + LEAST_BYTES
                    + " bytes, such as `openssl rand -base64 32` makes");
        }
    }

    private static Optional<byte[]> decoded(String secret) {
        try {
            return Optional.of(Base64.getDecoder().decode(secret));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The secret; empty if the store is to keep one. */
    Optional<byte[]> secretBytes() {
        return Optional.ofNullable(secret).flatMap(TicketProperties::decoded);
    }

    /** A new secret. */
    static String random() {
        byte[] bytes = new byte[LEAST_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "TicketProperties[]";
    }
}
