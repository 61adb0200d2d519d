package dev.sluice.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What operators can see of the streams. */
final class StreamMeters {

    static final String OPEN = "sluice.stream.open";
    static final String OPENED = "sluice.stream.opened";

    static final String REFUSED = "sluice.stream.refused";

    private final AtomicInteger open = new AtomicInteger();
    private final Counter opened;
    private final Counter refusedToCaller;
    private final Counter refusedToAll;

    StreamMeters(MeterRegistry registry) {
        Gauge.builder(OPEN, open, AtomicInteger::get)
                .description("Streams that are open")
                .register(registry);
        opened = Counter.builder(OPENED).description("Streams that were opened").register(registry);
        refusedToCaller = refused(registry, "max_per_client");
        refusedToAll = refused(registry, "max");
    }

    private static Counter refused(MeterRegistry registry, String bound) {
        return Counter.builder(REFUSED)
                .tag("bound", bound)
                .description("Streams that were refused because so many were open")
                .register(registry);
    }

    void refusedToCaller() {
        refusedToCaller.increment();
    }

    void refusedToAll() {
        refusedToAll.increment();
    }

    void opened() {
        open.incrementAndGet();
        opened.increment();
    }

    void closed() {
        open.decrementAndGet();
    }

    int open() {
        return open.get();
    }
}
