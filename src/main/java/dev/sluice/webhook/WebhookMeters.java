package dev.sluice.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** What operators can see of webhooks. */
final class WebhookMeters {

    static final String DELIVERIES = "sluice.webhook.deliveries";
    static final String PENDING = "sluice.webhook.pending";

    private static final List<String> OUTCOMES = List.of("delivered", "failed", "gone", "given_up");

    private final MeterRegistry registry;
    private volatile int pending;

    WebhookMeters(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder(PENDING, () -> pending)
                .description("Webhooks that are still to be delivered")
                .register(registry);
        OUTCOMES.forEach(this::deliveries); // there from the start, so that the first of each is seen as a growth
    }

    /** @param outcome one of delivered, failed (and tried again), gone and given_up */
    void counted(String outcome) {
        deliveries(outcome).increment();
    }

    private Counter deliveries(String outcome) {
        return Counter.builder(DELIVERIES)
                .description("Webhooks by what came of each attempt")
                .tag("outcome", outcome)
                .register(registry);
    }

    void pending(int now) {
        pending = now;
    }
}
