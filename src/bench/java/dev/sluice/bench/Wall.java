package dev.sluice.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The time of day in microseconds, as fine as the monotonic clock and as cheap. */
final class Wall {

    private static final long AT_START = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    private static final long NANOS_AT_START = System.nanoTime();

    private Wall() {}

    static long micros() {
        return AT_START + (System.nanoTime() - NANOS_AT_START) / 1_000;
    }
}
