package dev.sluice.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** What operators can see of the streams. */
final class StreamMeters {

    static final String OPEN = "sluice.stream.open";
    static final String OPENED = "sluice.stream.opened";
    static final String RESUMED = "sluice.stream.resumed";
    static final String LAG = "sluice.stream.lag";
    static final String REFUSED = "sluice.stream.refused";

    private static final Duration[] LAGS = LongStream.of(1, 2, 5, 10, 20, 50, 100, 250, 1_000, 5_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final AtomicInteger open = new AtomicInteger();
    private final Counter opened;
    private final Counter resumed;
    private final Timer lag;
    private final Counter refusedToCaller;
    private final Counter refusedToAll;

    StreamMeters(MeterRegistry registry) {
        Gauge.builder(OPEN, open, AtomicInteger::get)
                .description("Streams that are open")
                .register(registry);
        opened = Counter.builder(OPENED).description("Streams that were opened").register(registry);
        resumed = Counter.builder(RESUMED)
                .description("Streams that were opened to go on after an event that had been seen")
                .register(registry);
        lag = Timer.builder(LAG)
                .description("Time from an event to its being handed to all who watch it here and can take it")
                .serviceLevelObjectives(LAGS)
                .register(registry);
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

    void resumed() {
        resumed.increment();
    }

    /** @param after the event; not counted if it is negative, since another process's clock may be ahead */
    void handedOut(Duration after) {
        lag.record(after);
    }

    void closed() {
        open.decrementAndGet();
    }

    int open() {
        return open.get();
    }
}
