package dev.sluice.door;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What operators can see of connections. */
final class DoorMeters {

    static final String OPEN = "sluice.connection.open";
    static final String REFUSED = "sluice.connection.refused";

    private final AtomicInteger open = new AtomicInteger();
    private final Map<Bound, Counter> refused = new EnumMap<>(Bound.class);

    DoorMeters(MeterRegistry registry) {
        Gauge.builder(OPEN, open, AtomicInteger::get)
                .description("Connections to the API that are open")
                .register(registry);
        for (Bound bound : Bound.values()) {
            refused.put(
                    bound,
                    Counter.builder(REFUSED)
                            .tag("bound", bound.word())
                            .description("Connections that were closed because they went beyond a bound")
                            .register(registry));
        }
    }

    /** How many are open with this one. */
    int opened() {
        return open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    void refused(Bound bound) {
        Counter counter = refused.get(bound);
        if (counter != null) {
            counter.increment();
        }
    }
}
