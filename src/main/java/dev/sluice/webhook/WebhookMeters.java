package dev.sluice.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What operators can see of webhooks. */
final class WebhookMeters {

    static final String DELIVERIES = "sluice.webhook.deliveries";
    static final String PENDING = "sluice.webhook.pending";

    private final MeterRegistry registry;
    private volatile int pending;

    WebhookMeters(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder(PENDING, () -> pending)
                .description("Webhooks that are still to be delivered")
                .register(registry);
    }

    /** @param outcome one of delivered, failed (and tried again), gone and given_up */
    void counted(String outcome) {
        Counter.builder(DELIVERIES)
                .description("Webhooks by what came of each attempt")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    void pending(int now) {
        pending = now;
    }
}
