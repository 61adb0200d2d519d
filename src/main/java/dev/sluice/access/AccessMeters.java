package dev.sluice.access;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What operators can see of who may call. */
final class AccessMeters {

    static final String STALE = "sluice.access.callers.stale";

    AccessMeters(MeterRegistry registry, Roster roster) {
        Gauge.builder(STALE, roster, it -> it.isStale() ? 1 : 0)
                .description("1 while the file of callers is not followed, since something in it is wrong")
                .register(registry);
    }
}
