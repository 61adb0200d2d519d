package dev.sluice.upstream;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Sluice speaks to the upstream.
 *
 * @param baseUrl the upstream, without {@code /api/v1}
 * @param apiKey the upstream's key; this or {@code api-key-file} is required unless the profile is {@code simulator}
 * @param apiKeyFile a file that holds the key; read again when it changes
 * @param connectTimeout longest wait for a connection; nothing was sent when it ends
 * @param submitTimeout longest wait for the answer to a submit; patient, since giving up on one costs money
 * @param pollTimeout longest wait for the answer to a poll
 * @param balanceEvery between two questions for the account's balance, which are free: for the meters only
 */
@ConfigurationProperties("sluice.upstream")
record UpstreamProperties(
        @DefaultValue("https://www.nananobanana.com") URI baseUrl,
        @Nullable String apiKey,
        @Nullable Path apiKeyFile,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("60s") Duration submitTimeout,
        @DefaultValue("10s") Duration pollTimeout,
        @DefaultValue("30s") Duration balanceEvery) {

    UpstreamProperties {
        if (!isBase(baseUrl)) {
            throw new IllegalArgumentException(
                    "sluice.upstream.base-url must be an http or https address such as https://www.nananobanana.com,"
                            + " without /api/v1, a slash at its end or a query, not "
                            + baseUrl);
        }
        boolean keyGiven = apiKey != null && !apiKey.isBlank();
        if (keyGiven == (apiKeyFile != null)) {
            throw new IllegalArgumentException(
                    keyGiven
                            ? "sluice.upstream.api-key and sluice.upstream.api-key-file are both set: keep one"
                            : "sluice.upstream.api-key is missing: set it (or sluice.upstream.api-key-file) to the"
                                  + " image API's key, or start with the profile simulator to try Sluice without one");
        }
        requirePositive("connect-timeout", connectTimeout);
        requirePositive("submit-timeout", submitTimeout);
        requirePositive("poll-timeout", pollTimeout);
        requirePositive("balance-every", balanceEvery);
    }

    private static boolean isBase(URI url) {
        return url.getHost() != null
                && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                && !url.getPath().endsWith("/")
                && !url.getPath().endsWith("/api/v1")
                && url.getQuery() == null
                && url.getFragment() == null
                && url.getUserInfo() == null;
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(
                    "sluice.upstream." + name + " must be a positive duration such as 10s, not " + value);
        }
    }

    /** The key stays out of every log line. */
    @Override
    public String toString() {
        return "UpstreamProperties[baseUrl=" + baseUrl + "]";
    }
}
