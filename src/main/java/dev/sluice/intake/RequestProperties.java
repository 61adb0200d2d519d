package dev.sluice.intake;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What callers may send.
 *
 * @param maxBody the largest body of a request
 * @param bodyTimeout longest wait for the whole of a body; one that says it is longer than it is never ends
 * @param maxPrompt characters of a prompt
 * @param maxReferenceImages addresses in {@code referenceImageUrls}
 * @param maxReferenceImageUrl characters of each of them
 * @param maxMetadata characters of all names and values of {@code metadata} together
 * @param maxJsonDepth objects and arrays inside each other
 * @param maxJsonNumber digits of a number
 */
@ConfigurationProperties("sluice.request")
record RequestProperties(
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("32000") int maxPrompt,
        @DefaultValue("32") int maxReferenceImages,
        @DefaultValue("8000") int maxReferenceImageUrl,
        @DefaultValue("16000") int maxMetadata,
        @DefaultValue("64") int maxJsonDepth,
        @DefaultValue("1000") int maxJsonNumber) {

    /** Deeper than this, whoever walks through a body might run out of stack. */
    private static final int DEEPEST_JSON = 500;

    RequestProperties {
        if (maxBody.toBytes() < 1024 || maxBody.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "sluice.request.max-body must be between 1KB and 2047MB, not " + maxBody);
        }
        if (!bodyTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "sluice.request.body-timeout must be a positive duration such as 30s, not " + bodyTimeout);
        }
        require("max-prompt", maxPrompt, 1, Integer.MAX_VALUE);
        require("max-reference-images", maxReferenceImages, 0, Integer.MAX_VALUE);
        require("max-reference-image-url", maxReferenceImageUrl, 1, Integer.MAX_VALUE);
        require("max-metadata", maxMetadata, 0, Integer.MAX_VALUE);
        require("max-json-depth", maxJsonDepth, 4, DEEPEST_JSON); // a batch's options are four deep
        require("max-json-number", maxJsonNumber, 20, Integer.MAX_VALUE);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "sluice.request.%s must be between %d and %d, not %d".formatted(name, least, most, value));
        }
    }
}
