package dev.sluice.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * What a caller prefers by {@code Prefer} (RFC 7240): to wait for so long, or not at all. What cannot be understood is
 * passed over, as the RFC demands.
 *
 * @param longest how long to wait for the ending
 * @param applied what of it was honoured, for {@code Preference-Applied}
 */
record Preference(Duration longest, Optional<String> applied) {

    static final Duration LONGEST_WAIT = Duration.ofSeconds(300);

    /** @param otherwise how long to wait if the caller does not say */
    static Preference of(HttpHeaders headers, Duration otherwise) {
        Optional<Duration> wait = Optional.empty();
        boolean async = false;
        for (String preference : preferences(headers)) {
            async |= preference.equals("respond-async");
            wait = wait.or(() -> seconds(preference));
        }
        List<String> applied = new ArrayList<>();
        if (async) {
            applied.add("respond-async");
        }
        wait.ifPresent(time -> applied.add("wait=" + time.toSeconds()));
        return new Preference(
                wait.orElse(async ? Duration.ZERO : otherwise),
                applied.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", applied)));
    }

    /** Says what of it was honoured. */
    void applyTo(ServerHttpResponse response) {
        applied.ifPresent(what -> response.getHeaders().set("Preference-Applied", what));
    }

    private static List<String> preferences(HttpHeaders headers) {
        return headers.getValuesAsList("Prefer").stream()
                .map(preference ->
                        preference.split(";", 2)[0].replaceAll("[\\s\"]", "").toLowerCase(Locale.ROOT))
                .toList();
    }

    private static Optional<Duration> seconds(String preference) {
        return preference.matches("wait=[0-9]{1,9}")
                ? Optional.of(Duration.ofSeconds(
                        Math.min(LONGEST_WAIT.toSeconds(), Long.parseLong(preference.substring("wait=".length())))))
                : Optional.empty();
    }
}
