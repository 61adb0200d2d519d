package dev.sluice.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConductorMetersTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ConductorMeters meters = new ConductorMeters(registry);

    @Test
    void tellAWaitOfMillisecondsFromOneOfASecond() {
        meters.waited(Instant.EPOCH, Instant.EPOCH.plusMillis(30));
        meters.waited(Instant.EPOCH, Instant.EPOCH.plusMillis(900));

        assertThat(waitsOfAtMost(100)).isEqualTo(1);
        assertThat(waitsOfAtMost(1_000)).isEqualTo(2);
    }

    private double waitsOfAtMost(long milliseconds) {
        return Arrays.stream(registry.get(ConductorMeters.WAIT)
                        .timer()
                        .takeSnapshot()
                        .histogramCounts())
                .filter(bucket -> bucket.bucket(TimeUnit.MILLISECONDS) == milliseconds)
                .mapToDouble(bucket -> bucket.count())
                .sum();
    }
}
