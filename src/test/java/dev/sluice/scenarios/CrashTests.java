package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sluice is killed, again and again, under load and at the steps that matter, and started again on the same store. What
 * really happened is in the simulator's ledger. {@code mvn -Pcrash verify} does it 60 times; an ordinary build a few.
 */
@Order(2)
class CrashTests {

    private static final Logger log = LoggerFactory.getLogger(CrashTests.class);
    private static final int ROUNDS = Integer.getInteger("sluice.crash.rounds", 4);

    /** Who between them have three hundred generations open: some open several, and some have several watchers. */
    private static final int CALLERS = 240;

    /** More would not fit into the ledger, which forgets the oldest. */
    private static final int MOST_KILLS_OF_ONE_STORE = 60;

    private static final int TASKS = 32;

    @Test
    void losesNothingPaysNothingTwiceAndTellsEverybodyTheSame(@TempDir Path stores) throws InterruptedException {
        long seed = Long.getLong("sluice.crash.seed", System.nanoTime());
        log.info("Crash harness: rounds={} seed={} (-Dsluice.crash.seed={} repeats it)", ROUNDS, seed, seed);
        Random random = new Random(seed);
        int first = random.nextInt(CrashStep.values().length); // few rounds still come by every step, build by build
        for (int done = 0; done < ROUNDS; done += MOST_KILLS_OF_ONE_STORE) {
            int kills = Math.min(MOST_KILLS_OF_ONE_STORE, ROUNDS - done);
            kill(stores.resolve("after" + done), kills, first + done, seed, random);
        }
    }

    private static void kill(Path store, int kills, int first, long seed, Random random) throws InterruptedException {
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(Duration.ofMillis(600)))
                .withCredits(1_000_000)
                .withTaskLimit(TASKS))) {
            CrashLoad load = CrashLoad.of(CALLERS, random);
            for (int round = 0; round < kills; round++) {
                CrashStep step = CrashStep.values()[(first + round) % CrashStep.values().length];
                try (ChildSluice sluice = start(simulator, store)) {
                    step.lead(new CrashScene(sluice, simulator, load, random));
                    load.lose();
                }
                simulator.faults().clear();
            }
            simulator.keep(Pace.fixed(Duration.ofMillis(200)));
            try (ChildSluice sluice = start(simulator, store).awaitReady()) {
                load.reach(sluice.api());
                load.finish();
                CrashVerdict verdict = CrashVerdict.of(load, simulator.ledger(), sluice.alice(), sluice.bob());
                log.info("Crash harness: kills={} {}", kills, verdict);
                assertThat(verdict.faults()).as("seed %d", seed).isEmpty();
                assertThat(verdict.generations()).isGreaterThan(CALLERS);
                assertThat(simulator.ledger().acceptedInAll())
                        .as("the ledger still has all of it")
                        .isLessThanOrEqualTo(Ledger.MAX_KEPT);
            }
        }
    }

    private static ChildSluice start(Simulator simulator, Path store) {
        return ChildSluice.inFrontOf(
                simulator,
                store,
                "sluice.admission.limit.initial=" + TASKS,
                "sluice.admission.limit.min=" + TASKS, // learning from kills and faults would leave little under way
                "sluice.admission.max-wait=15s",
                "sluice.admission.drop-in-max-wait=5s",
                "sluice.polling.initial-delay=300ms",
                "sluice.polling.interval=200ms");
    }
}
