package dev.sluice.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting, always for so long at most. */
final class Until {

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private Until() {}

    static void holds(BooleanSupplier that, Duration atMost, Supplier<String> otherwise) {
        long until = System.nanoTime() + atMost.toNanos();
        while (!that.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("After " + atMost.toSeconds() + " s: " + otherwise.get());
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    /** Until that moment of {@link System#nanoTime}. */
    static void nanos(long moment) {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    static void isOver(Duration time) {
        nanos(System.nanoTime() + time.toNanos());
    }
}
