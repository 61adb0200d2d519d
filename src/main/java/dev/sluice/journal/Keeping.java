package dev.sluice.journal;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long things are kept.
 *
 * @param retention how long a generation is kept after its ending; not shorter than idempotency keys are
 * @param idempotency how long keys are kept
 */
@ConfigurationProperties("sluice")
record Keeping(
        @DefaultValue("15d") Duration retention,
        @DefaultValue Idempotency idempotency) {

    /** @param keep how long an Idempotency-Key stays bound to the generation that it made */
    record Idempotency(@DefaultValue("24h") Duration keep) {}

    Keeping {
        if (!idempotency.keep().isPositive() || retention.compareTo(idempotency.keep()) < 0) {
            throw new IllegalArgumentException(
                    "sluice.retention (%s) must not be shorter than sluice.idempotency.keep (%s), and that must be a positive duration such as 24h: a key must not outlive what it made"
                            .formatted(retention, idempotency.keep()));
        }
    }
}
