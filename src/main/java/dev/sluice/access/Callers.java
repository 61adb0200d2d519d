package dev.sluice.access;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.CallerId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everybody who may call. */
final class Callers {

    private static final String SCHEME = "Bearer ";

    /** On the simulator nothing costs anything, and nobody is to be stopped by a quota before a minute is over. */
    private static final Allowance DEMO = new Allowance(1, 6_000, null);

    private final List<Known> known;
    private final Optional<Caller> anybody;

    private record Known(byte[] hash, Caller caller) {}

    private Callers(List<Known> known, Optional<Caller> anybody) {
        this.known = known;
        this.anybody = anybody;
    }

    static Callers of(ClientProperties properties) {
        return new Callers(
                properties.clients().stream()
                        .map(client -> new Known(
                                hash(String.valueOf(client.key())),
                                new Caller(
                                        new CallerId(String.valueOf(client.id())),
                                        client.allowance(),
                                        client.passThrough())))
                        .toList(),
                Optional.empty());
    }

    /** Everybody is {@code demo}, with a key or without one. */
    static Callers demo() {
        return new Callers(List.of(), Optional.of(new Caller(new CallerId("demo"), DEMO, true)));
    }

    /** Who sends that {@code Authorization} header; empty if nobody who is known. Keys are compared in constant time. */
    Optional<Caller> recognise(@Nullable String authorization) {
        if (anybody.isPresent()) {
            return anybody;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        byte[] hash = hash(authorization.substring(SCHEME.length()).strip());
        return known.stream()
                .filter(candidate -> MessageDigest.isEqual(candidate.hash(), hash))
                .map(Known::caller)
                .findFirst();
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
