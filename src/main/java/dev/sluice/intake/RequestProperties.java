package dev.sluice.intake;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What callers may send.
 *
 * @param maxBody the largest body of a request
 */
@ConfigurationProperties("sluice.request")
record RequestProperties(@DefaultValue("1MB") DataSize maxBody) {

    RequestProperties {
        if (maxBody.toBytes() < 1024 || maxBody.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "sluice.request.max-body must be between 1KB and 2047MB, not " + maxBody);
        }
    }
}
