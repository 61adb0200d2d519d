package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three replicas on one database are killed, paused, cut off and drained under load, again and again, and the database is
 * stopped. What really happened is in the simulator's ledger. {@code mvn -Pcrash verify} does it in 50 rounds; an ordinary
 * build in a few.
 */
@Order(3)
class ReplicaChaosTests {

    private static final Logger log = LoggerFactory.getLogger(ReplicaChaosTests.class);
    private static final int ROUNDS = Integer.getInteger("sluice.chaos.rounds", 3);
    private static final int CALLERS = 60;
    private static final int TASKS = 16;

    @Test
    void losesNothingPaysNothingTwiceAndTellsEverybodyTheSameWhateverHappensToReplicas()
            throws IOException, InterruptedException {
        long seed = Long.getLong("sluice.chaos.seed", System.nanoTime());
        log.info("Chaos harness: rounds={} seed={} (-Dsluice.chaos.seed={} repeats it)", ROUNDS, seed, seed);
        Random random = new Random(seed);
        int first = random.nextInt(ChaosStep.values().length); // few rounds still come by every step, build by build
        try (StoppableDatabase database = new StoppableDatabase();
                Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withPace(everyFifthIsSlow())
                        .withCredits(1_000_000)
                        .withTaskLimit(2 * TASKS))) {
            CrashLoad load = CrashLoad.of(CALLERS, random);
            try (ChaosScene scene = new ChaosScene(database, simulator, load, random, TASKS)) {
                scene.begin();
                for (int round = 0; round < ROUNDS; round++) {
                    ChaosStep step = ChaosStep.values()[(first + round) % ChaosStep.values().length];
                    step.happenTo(scene);
                    scene.counts().rounds++;
                    log.info("Chaos harness: after={} {}", step, scene.counts());
                }
                simulator.keep(Pace.fixed(Duration.ofMillis(300)));
                scene.allAreThere();
                load.finish();
                scene.nobodyIsMissing();
                judge(scene, load, seed);
            }
        }
    }

    /** Short ones make many, and long ones are still polled when their poller is gone. */
    private static Pace everyFifthIsSlow() {
        AtomicInteger count = new AtomicInteger();
        return _ -> Duration.ofMillis(count.getAndIncrement() % 5 == 0 ? 10_000 : 1_200);
    }

    private static void judge(ChaosScene scene, CrashLoad load, long seed) {
        ChaosReplica there = scene.anyone().orElseThrow();
        Ledger ledger = scene.simulator().ledger();
        CrashVerdict verdict = CrashVerdict.of(
                load, ledger, there.sluice().alice(), there.sluice().bob());
        ChaosHistory history = ChaosHistory.of(scene);
        log.info(
                "Chaos harness: {} {} takenBack={} longestOverlap={} whileCutOff={}",
                scene.counts(),
                verdict,
                history.takenBack(),
                ChaosCounts.inLeases(scene.polls().longestOverlap().length()),
                ChaosCounts.inLeases(scene.polls().longestOverlapInAll().length()));
        assertThat(Stream.concat(verdict.faults().stream(), history.faults().stream()))
                .as("seed %d", seed)
                .isEmpty();
        assertThat(verdict.generations()).isGreaterThan(CALLERS);
        assertThat(ledger.acceptedInAll()).as("the ledger still has all of it").isLessThanOrEqualTo(Ledger.MAX_KEPT);
    }
}
