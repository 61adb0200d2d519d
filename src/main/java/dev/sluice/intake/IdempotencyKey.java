package dev.sluice.intake;

import dev.sluice.generation.ProblemType;
import dev.sluice.journal.Opening;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** Reads {@code Idempotency-Key}: the quoted form of the IETF draft, or a bare token. */
public final class IdempotencyKey {

    private static final String HEADER = "Idempotency-Key";
    private static final int LONGEST = 255;
    private static final Pattern QUOTED =
            Pattern.compile("\"((?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\"\\\\]){1,255})\"");
    private static final Pattern BARE = Pattern.compile("[\\x21\\x23-\\x2b\\x2d-\\x7e]{1,255}");

    private IdempotencyKey() {}

    /**
     * The key with which this request is to be accepted at most once; null if it has none.
     *
     * @throws Refusal if it has one that cannot be read
     */
    public static Opening.@Nullable Key of(ServerHttpRequest request, Wanted wanted) {
        return of(request, wanted.fingerprint());
    }

    /** The same for a body with that fingerprint. */
    public static Opening.@Nullable Key of(ServerHttpRequest request, String fingerprint) {
        String key = of(request);
        return key == null ? null : new Opening.Key(request.getPath().value(), key, fingerprint);
    }

    /** The key of this request; null if it has none. */
    public static @Nullable String of(ServerHttpRequest request) {
        List<String> given = request.getHeaders().getOrEmpty(HEADER);
        if (given.isEmpty()) {
            return null;
        }
        String key = given.size() == 1 ? given.getFirst().strip() : "";
        if (QUOTED.matcher(key).matches()) {
            return key.substring(1, key.length() - 1).replaceAll("\\\\(.)", "$1");
        }
        if (BARE.matcher(key).matches()) {
            return key;
        }
        throw new Refusal(
                ProblemType.MALFORMED_REQUEST,
                "Idempotency-Key must be one key of 1 to 255 visible ASCII characters, best in double quotes",
                key.length() > LONGEST ? Bound.IDEMPOTENCY_KEY : null);
    }
}
