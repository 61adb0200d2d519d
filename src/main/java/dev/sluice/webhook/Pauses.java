package dev.sluice.webhook;

import dev.sluice.journal.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** When a delivery that failed is tried again: after 5 s, then after three times as long each time, hourly in the end. */
final class Pauses {

    static final Duration FIRST = Duration.ofSeconds(5);

    private static final int GROWTH = 3;
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final double SPREAD = 0.2;

    private final RandomGenerator random;

    Pauses(RandomGenerator random) {
        this.random = random;
    }

    /** The last attempt is when the time is up; empty if that has passed. */
    Optional<Instant> next(Delivery failed, @Nullable Duration retryAfter, Instant now) {
        if (!now.isBefore(failed.triedUntil())) {
            return Optional.empty();
        }
        Duration pause = varied(usual(failed.attempts()));
        Duration asked = retryAfter == null ? Duration.ZERO : retryAfter;
        Instant next = now.plus(asked.compareTo(pause) > 0 ? asked : pause);
        return Optional.of(next.isBefore(failed.triedUntil()) ? next : failed.triedUntil());
    }

    private static Duration usual(int attempts) {
        Duration pause = FIRST;
        for (int i = 1; i < attempts && pause.compareTo(LONGEST) < 0; i++) {
            pause = pause.multipliedBy(GROWTH);
        }
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }

    /** Never shorter; not the same for all whose receiver came back at the same moment. */
    private Duration varied(Duration pause) {
        return pause.plusMillis((long) (pause.toMillis() * SPREAD * random.nextDouble()));
    }
}
