package dev.sluice.access;

import dev.sluice.generation.GenerationId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import reactor.core.publisher.Mono;

/**
 * Tickets that open streams for who can send no headers, as a browser's EventSource. One is a text of at most 2,500
 * characters that holds what it opens, for whom and until when, and is signed; nothing is kept of it. It may be used any
 * number of times in its life, since an EventSource comes back with the same address.
 */
public final class StreamTickets {

    /** The most generations that a ticket can name. */
    public static final int MOST_GENERATIONS = 100;

    private static final String PREFIX = "tkt_";
    private static final int LONGEST = 2_500;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 32;

    private final Mono<byte[]> secret;
    private final Callers callers;
    private final InstantSource clock;

    StreamTickets(Mono<byte[]> secret, Callers callers, InstantSource clock) {
        this.secret = secret;
        this.callers = callers;
        this.clock = clock;
    }

    /** A ticket and when it expires. */
    public record Issued(String ticket, Instant expiresAt) {

        @Override
        public String toString() {
            return "Issued[expiresAt=" + expiresAt + "]";
        }
    }

    /**
     * A ticket for the streams of that caller.
     *
     * @param only the generations that it opens; all that the caller has and will have if empty
     */
    public Mono<Issued> issue(Caller caller, Set<GenerationId> only, Duration life) {
        return secret.map(key -> {
            Instant expiresAt = clock.instant().plus(life).truncatedTo(ChronoUnit.SECONDS);
            byte[] content = new Ticket(caller.id(), caller.isConfigured(), expiresAt, only).bytes();
            byte[] whole = Arrays.copyOf(content, content.length + SIGNATURE_BYTES);
            System.arraycopy(signature(key, content), 0, whole, content.length, SIGNATURE_BYTES);
            return new Issued(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole), expiresAt);
        });
    }

    /** Whom the ticket speaks for, confined to what it opens; {@link Unauthenticated} if it opens nothing any more. */
    Mono<Caller> bearer(String ticket) {
        return secret.map(key -> signedContent(key, ticket)
                .map(Ticket::read)
                .filter(read -> clock.instant().isBefore(read.expiresAt()))
                .flatMap(read ->
                        callerOf(read).map(caller -> read.only().isEmpty() ? caller : caller.withOnly(read.only())))
                .orElseThrow(Unauthenticated::withBadTicket));
    }

    /** A caller who was taken out of the settings since takes its tickets along. */
    private Optional<Caller> callerOf(Ticket ticket) {
        return ticket.isConfigured() ? callers.configured(ticket.caller()) : callers.namedByIssuer(ticket.caller());
    }

    private static Optional<byte[]> signedContent(byte[] key, String ticket) {
        if (!ticket.startsWith(PREFIX) || ticket.length() > LONGEST) {
            return Optional.empty();
        }
        return decoded(ticket.substring(PREFIX.length()))
                .filter(whole -> whole.length > SIGNATURE_BYTES)
                .flatMap(whole -> {
                    int end = whole.length - SIGNATURE_BYTES;
                    byte[] content = Arrays.copyOf(whole, end);
                    byte[] given = Arrays.copyOfRange(whole, end, whole.length);
                    return MessageDigest.isEqual(signature(key, content), given)
                            ? Optional.of(content)
                            : Optional.empty();
                });
    }

    private static Optional<byte[]> decoded(String text) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Over the prefix as well: the same secret may sign other things one day. */
    private static byte[] signature(byte[] key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(PREFIX.getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
        }
    }
}
