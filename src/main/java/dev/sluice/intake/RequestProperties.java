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
 */
@ConfigurationProperties("sluice.request")
record RequestProperties(
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("30s") Duration bodyTimeout) {

    RequestProperties {
        if (maxBody.toBytes() < 1024 || maxBody.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "sluice.request.max-body must be between 1KB and 2047MB, not " + maxBody);
        }
        if (!bodyTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "sluice.request.body-timeout must be a positive duration such as 30s, not " + bodyTimeout);
        }
    }
}
