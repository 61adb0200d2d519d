package dev.sluice.conductor;

import dev.sluice.generation.Generation;
import dev.sluice.generation.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Where the money goes. */
final class CreditMeters {

    static final String USED = "sluice.credits.used";
    static final String AT_RISK = "sluice.credits.at.risk";
    static final String BURNT = "sluice.credits.burnt";
    static final String REFUNDED = "sluice.credits.refunded";
    static final String LEFT = "sluice.credits.left";

    private final Counter used;
    private final Counter atRisk;
    private final Counter burnt;
    private final Counter refunded;
    private volatile double left = Double.NaN;

    CreditMeters(MeterRegistry registry) {
        used = Counter.builder(USED)
                .description("Credits that the upstream said it took")
                .register(registry);
        atRisk = Counter.builder(AT_RISK)
                .description("Credits that may have been taken by submits whose answer was lost")
                .register(registry);
        burnt = Counter.builder(BURNT)
                .description("Credits that were used for generations that ended without a picture")
                .register(registry);
        refunded = Counter.builder(REFUNDED)
                .description("Least cost of submits that met a busy upstream: not charged, or given back")
                .register(registry);
        Gauge.builder(LEFT, () -> left)
                .description("Credits on the upstream's account as last told; no number until it told")
                .register(registry);
    }

    void spent(Generation generation) {
        used.increment((double) generation.credits().used());
    }

    void ended(Generation generation) {
        atRisk.increment((double) generation.credits().atRisk());
        if (generation.status() == Status.FAILED || generation.status() == Status.TIMED_OUT) {
            burnt.increment((double) generation.credits().used());
        }
    }

    void refunded(Generation generation) {
        refunded.increment((double) generation.leastCost());
    }

    void left(long now) {
        left = now;
    }
}
