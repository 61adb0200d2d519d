package dev.sluice.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The scheme {@code Bearer} of the header {@code Authorization} (RFC 6750, section 2.1). */
final class Bearer {

    private static final String SCHEME = "Bearer ";

    private Bearer() {}

    /** What stands behind the scheme, be it a key or a token; empty if it is none of that scheme. */
    static Optional<String> credential(@Nullable String authorization) {
        return Optional.ofNullable(authorization)
                .filter(given -> given.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(given -> given.substring(SCHEME.length()).strip());
    }
}
