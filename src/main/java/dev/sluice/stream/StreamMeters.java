package dev.sluice.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What operators can see of the streams. */
final class StreamMeters {

    static final String OPEN = "sluice.stream.open";
    static final String OPENED = "sluice.stream.opened";

    private final AtomicInteger open = new AtomicInteger();
    private final Counter opened;

    StreamMeters(MeterRegistry registry) {
        Gauge.builder(OPEN, open, AtomicInteger::get)
                .description("Streams that are open")
                .register(registry);
        opened = Counter.builder(OPENED).description("Streams that were opened").register(registry);
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
