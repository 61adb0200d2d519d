package dev.sluice.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** What operators can see of the log's commits. */
final class JournalMeters {

    static final String COMMIT = "sluice.journal.commit";
    static final String SIZE = "sluice.journal.commit.size";
    static final String FAILED = "sluice.journal.commit.failed";

    private static final Duration[] LATENCIES = LongStream.of(1, 2, 5, 10, 20, 50, 100, 250, 1_000, 5_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);
    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64};

    private final Timer commit;
    private final DistributionSummary size;
    private final Counter failed;

    JournalMeters(MeterRegistry registry) {
        commit = Timer.builder(COMMIT)
                .description("Commits of the log, from the beginning of the transaction until the disk has it")
                .serviceLevelObjectives(LATENCIES)
                .register(registry);
        size = DistributionSummary.builder(SIZE)
                .description("Pieces of work that shared one commit of the log")
                .serviceLevelObjectives(SIZES)
                .register(registry);
        failed = Counter.builder(FAILED)
                .description("Commits of the log that failed, or whose outcome is not known")
                .register(registry);
    }

    /** @param since {@link System#nanoTime()} when it began */
    void committed(long since, int together) {
        commit.record(System.nanoTime() - since, TimeUnit.NANOSECONDS);
        size.record(together);
    }

    void failed() {
        failed.increment();
    }
}
