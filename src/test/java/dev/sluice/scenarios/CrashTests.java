package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sluice is killed, again and again, under load and at the steps that matter, and started again on the same store. What
 * really happened is in the simulator's ledger. {@code mvn -Pcrash verify} does it 60 times; an ordinary build a few.
 */
class CrashTests {

    private static final Logger log = LoggerFactory.getLogger(CrashTests.class);
    private static final int ROUNDS = Integer.getInteger("sluice.crash.rounds", 6);
    private static final int CALLERS = 40;

    /** Where the process is when it is killed. */
    private enum Step {
        AT_RANDOM,
        AFTER_THE_UPSTREAM_ACCEPTED,
        AFTER_THE_ID_WAS_WRITTEN,
        WHILE_THE_UPSTREAM_IS_BUSY,
        DURING_A_DRAIN,
        WHILE_TAKING_UP_WHAT_THE_LAST_ONE_LEFT
    }

    @Test
    void losesNothingPaysNothingTwiceAndTellsEverybodyTheSame(@TempDir Path store) throws InterruptedException {
        long seed = Long.getLong("sluice.crash.seed", System.nanoTime());
        log.info("Crash harness: rounds={} seed={} (-Dsluice.crash.seed={} repeats it)", ROUNDS, seed, seed);
        Random random = new Random(seed);
        int first = random.nextInt(Step.values().length); // few rounds still come by every step, build by build
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(Duration.ofMillis(300)))
                .withCredits(1_000_000)
                .withTaskLimit(8))) {
            CrashLoad load = new CrashLoad(simulator);
            List<Thread> callers = IntStream.range(0, CALLERS)
                    .mapToObj(i -> Thread.ofVirtual().start(() -> load.call(i)))
                    .toList();

            for (int round = 0; round < ROUNDS; round++) {
                Step step = Step.values()[(first + round) % Step.values().length];
                try (ChildSluice sluice = start(simulator, store)) {
                    load.reach(sluice.api());
                    killAt(step, sluice, simulator, load, random);
                }
                simulator.faults().clear();
            }
            try (ChildSluice sluice = start(simulator, store)) {
                load.reach(sluice.api());
                load.stop();
                for (Thread caller : callers) {
                    caller.join();
                }
                CrashLoad.Verdict verdict = load.judge(sluice.alice());
                log.info("Crash harness: kills={} {}", ROUNDS, verdict);
                assertThat(verdict.faults()).as("seed %d", seed).isEmpty();
                assertThat(verdict.generations()).isGreaterThan(ROUNDS * 4);
            }
        }
    }

    private static ChildSluice start(Simulator simulator, Path store) {
        return ChildSluice.inFrontOf(simulator, store, "sluice.admission.limit.initial=8")
                .awaitReady();
    }

    private static void killAt(Step step, ChildSluice sluice, Simulator simulator, CrashLoad load, Random random)
            throws InterruptedException {
        switch (step) {
            case AT_RANDOM ->
                await().pollDelay(Duration.ofMillis(300 + random.nextInt(1500))).until(() -> true);
            case AFTER_THE_UPSTREAM_ACCEPTED -> {
                simulator.faults().everySubmit().delayTheAnswer(Duration.ofMillis(600));
                long before = simulator.ledger().acceptedInAll();
                await().until(() -> simulator.ledger().acceptedInAll() > before);
            }
            case AFTER_THE_ID_WAS_WRITTEN -> {
                long before = load.seen("processing");
                await().pollInterval(Duration.ofMillis(1)).until(() -> load.seen("processing") > before);
            }
            case WHILE_THE_UPSTREAM_IS_BUSY -> {
                simulator.faults().everySubmit().answerBusy();
                long before = load.seen("queued");
                await().until(() -> load.seen("queued") > before + 8);
            }
            case DURING_A_DRAIN -> {
                long before = load.seen("processing");
                await().until(() -> load.seen("processing") > before);
                sluice.terminate();
                await().pollInterval(Duration.ofMillis(1)).until(() -> load.cutLines() > 0);
            }
            case WHILE_TAKING_UP_WHAT_THE_LAST_ONE_LEFT -> {}
        }
        sluice.kill();
    }
}
