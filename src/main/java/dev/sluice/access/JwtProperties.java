package dev.sluice.access;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose tokens (JWT) are accepted beside gateway keys.
 *
 * @param issuerUri the issuer of tokens, as its tokens name it; its keys are found from there (OpenID Connect Discovery)
 * @param audience what a token's {@code aud} must name; required with the issuer
 * @param clientClaim the claim that names the caller
 */
@ConfigurationProperties("sluice.jwt")
record JwtProperties(
        @Nullable URI issuerUri,
        @Nullable String audience,
        @DefaultValue("sub") String clientClaim) {

    JwtProperties {
        if (issuerUri != null && !isIssuer(issuerUri)) {
            throw new IllegalArgumentException(
                    "sluice.jwt.issuer-uri must be an http or https address such as https://id.example.com, without a"
                            + " query, not " + issuerUri);
        }
        if ((issuerUri == null) != (audience == null || audience.isBlank())) {
            throw new IllegalArgumentException(
                    issuerUri == null
                            ? "sluice.jwt.audience is set without sluice.jwt.issuer-uri: set both"
                            : "sluice.jwt.audience is missing: a token that was issued for something else would be"
                                    + " accepted here");
        }
        if (clientClaim.isBlank()) {
            throw new IllegalArgumentException("sluice.jwt.client-claim must name a claim such as sub");
        }
    }

    private static boolean isIssuer(URI uri) {
        return uri.getHost() != null
                && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                && uri.getQuery() == null
                && uri.getFragment() == null
                && uri.getUserInfo() == null;
    }

    boolean isOn() {
        return issuerUri != null;
    }
}
