package dev.sluice.scenarios;

import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.CrashLoad.Seen;
import dev.sluice.simulator.Simulator;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** A Sluice that has just been started and will be killed, with all that is round it. */
record CrashScene(ChildSluice sluice, Simulator simulator, CrashLoad load, Random random) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(2);

    /** It is ready, and the callers know. */
    void isReached() {
        sluice.awaitReady();
        load.reach(sluice.api());
    }

    /** Nobody has asked for anything yet. */
    boolean isTheFirst() {
        return !load.wasEverReached();
    }

    /** Until that was seen at least once, and up to so many times. */
    void until(Seen what, int most) {
        long enough = 1 + random.nextInt(most);
        until(() -> load.seen(what) >= enough);
    }

    /** The same, but not for long. */
    void perhapsUntil(Seen what, int most) {
        long enough = 1 + random.nextInt(most);
        Instant end = Instant.now().plus(SHORT_PATIENCE);
        until(() -> load.seen(what) >= enough || Instant.now().isAfter(end));
    }

    /** Until the count has grown by one at least, and by so much at most. */
    void untilMore(LongSupplier count, int most) {
        long enough = count.getAsLong() + 1 + random.nextInt(most);
        until(() -> count.getAsLong() >= enough);
    }

    void takesUpWhatTheLastOneLeft() {
        until(() -> sluice.output().contains("Generation taken up again") || sluice.isReady());
    }

    void someTime(int fromMillis, int toMillis) {
        CrashLoad.pause(Duration.ofMillis(random.nextInt(fromMillis, toMillis)));
    }

    private static void until(BooleanSupplier condition) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(condition::getAsBoolean);
    }
}
