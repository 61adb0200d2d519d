package dev.sluice.access;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What webhooks are signed with.
 *
 * @param signingSecret signs the webhooks of callers that have no secret of their own; whsec_ and base64
 */
@ConfigurationProperties("sluice.webhook")
record SigningProperties(@Nullable String signingSecret) {

    /** The secret stays out of every log line. */
    @Override
    public String toString() {
        return "SigningProperties[]";
    }
}
