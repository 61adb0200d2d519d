package dev.sluice.api;

import dev.sluice.journal.Accepted;
import dev.sluice.journal.Quota;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Tells a caller what is left of its quotas, with the answer that cost some of them or was refused for want of them
 * (draft-ietf-httpapi-ratelimit-headers-11: lists of RFC 9651).
 */
final class RateLimit {

    private static final String POLICY = "RateLimit-Policy";
    private static final String LEFT = "RateLimit";

    /** The largest integer of a structured field (RFC 9651, section 3.3.1). */
    private static final long LARGEST = 999_999_999_999_999L;

    private RateLimit() {}

    /** What was accepted before under the same key cost nothing now, and nothing is told. */
    static void tell(ServerHttpResponse response, Accepted accepted) {
        Quota quota = accepted.quota();
        if (quota != null) {
            tell(response.getHeaders(), quota);
        }
    }

    static void tell(HttpHeaders headers, Quota quota) {
        headers.set(POLICY, policy(quota));
        headers.set(LEFT, left(quota));
    }

    /** Without {@code qu} the credits would be taken for requests. */
    private static String policy(Quota quota) {
        String requests = "\"requests\";q=%d;w=%d"
                .formatted(quota.allowance().requestsPerMinute(), Quota.REQUESTS_WINDOW.toSeconds());
        return Optional.ofNullable(quota.allowance().creditsPerDay())
                .map(most -> ", \"credits\";q=%d;qu=\"credits\";w=%d"
                        .formatted(Math.min(LARGEST, most), Quota.CREDITS_WINDOW.toSeconds()))
                .map(requests::concat)
                .orElse(requests);
    }

    private static String left(Quota quota) {
        String requests = item("requests", quota.requestsLeft(), quota.nextRequest());
        return quota.creditsLeft()
                .map(credits -> ", " + item("credits", credits, quota.nextCredits()))
                .map(requests::concat)
                .orElse(requests);
    }

    /** Where nothing is used there is no time after which more would be left. */
    private static String item(String name, long left, Duration untilMore) {
        String item = "\"%s\";r=%d".formatted(name, Math.min(LARGEST, left));
        return untilMore.isPositive() ? item + ";t=" + untilMore.plusMillis(999).toSeconds() : item;
    }
}
