package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.RollingLoad.Seen;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three replicas behind a real balancer are replaced one after the other while callers stream and wait. */
@Needs(value = "haproxy", installedBy = "apt-get install -y --no-install-recommends haproxy")
@Order(1)
class RollingDeploymentTests {

    private static final Logger log = LoggerFactory.getLogger(RollingDeploymentTests.class);
    private static final Path NO_DIRECTORY = Path.of("target", "never-made");
    private static final int REPLICAS = 3;
    private static final int STREAMING = 20;
    private static final int WAITING = 10;
    private static final int TASKS = 24;

    @Test
    void losesNothingPaysNothingTwiceAndFailsNobody(@TempDir Path directory) throws IOException, InterruptedException {
        try (StoppableDatabase postgres = new StoppableDatabase();
                Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withPace(Pace.fixed(Duration.ofSeconds(1)))
                        .withCredits(1_000_000)
                        .withTaskLimit(TASKS));
                Balancer balancer = Balancer.start(directory);
                Replicas replicas = new Replicas(simulator, postgres, balancer)) {
            replicas.startAll();
            RollingLoad load = RollingLoad.of(balancer.api(), STREAMING, WAITING);
            awaitMoreEndings(load, 2 * (STREAMING + WAITING));

            for (int i = 0; i < REPLICAS; i++) {
                replicas.replaceTheOldest();
                awaitMoreEndings(load, STREAMING + WAITING);
            }

            load.finish();
            Client alice = new Client(balancer.api(), RunningSluice.ALICE);
            CrashVerdict verdict = CrashVerdict.of(load.records(), simulator.ledger(), alice);
            log.info(
                    "Rolling deployment: replaced={} {} watchers={} linesCut={} resumed={} toldToRetry={}"
                            + " toldToAskAgain={} failed={}",
                    REPLICAS,
                    verdict,
                    load.records().size(),
                    load.seen(Seen.LINES_CUT),
                    load.seen(Seen.RESUMED),
                    load.seen(Seen.TOLD_TO_RETRY),
                    load.seen(Seen.TOLD_TO_ASK_AGAIN),
                    load.failures().size());
            assertThat(load.failures()).isEmpty();
            assertThat(verdict.faults()).isEmpty();
            assertThat(verdict.ended("completed")).isEqualTo(verdict.generations());
            assertThat(simulator.ledger().acceptedInAll()).isEqualTo(verdict.generations());
            assertThat(load.seen(Seen.LINES_CUT)).as("streams were open").isPositive();
        }
    }

    private static void awaitMoreEndings(RollingLoad load, int more) {
        long before = load.seen(Seen.ENDINGS);
        await().atMost(Duration.ofSeconds(60)).until(() -> load.seen(Seen.ENDINGS) >= before + more);
    }

    /** Those that run, in the places that the balancer knows; one place is always free for the next. */
    private static final class Replicas implements AutoCloseable {

        private final Simulator simulator;
        private final StoppableDatabase postgres;
        private final Balancer balancer;
        private final Deque<ChildSluice> running = new ArrayDeque<>();
        private int started;

        Replicas(Simulator simulator, StoppableDatabase postgres, Balancer balancer) {
            this.simulator = simulator;
            this.postgres = postgres;
            this.balancer = balancer;
        }

        void startAll() {
            IntStream.range(0, REPLICAS).forEach(_ -> running.add(start()));
            running.forEach(ChildSluice::awaitReady);
            balancer.awaitReady(REPLICAS);
        }

        /** What an orchestrator does: the next one is ready before the last one is told to stop. */
        void replaceTheOldest() {
            ChildSluice next = start();
            running.add(next);
            next.awaitReady();
            balancer.awaitReady(REPLICAS + 1);
            ChildSluice oldest = running.element();
            oldest.terminate();
            oldest.awaitEnd();
            running.remove();
        }

        private ChildSluice start() {
            List<String> settings = new ArrayList<>(List.of(postgres.settings(
                    "sluice.admission.limit.initial=" + TASKS,
                    "sluice.admission.limit.max=" + TASKS,
                    "sluice.connection.open-after-stop=2s", // several checks of the balancer, on a machine that is busy
                    "sluice.polling.initial-delay=300ms",
                    "sluice.polling.interval=200ms")));
            settings.addAll(List.of(balancer.place(started++ % Balancer.PLACES).settings()));
            return ChildSluice.inFrontOf(simulator, NO_DIRECTORY, settings.toArray(String[]::new));
        }

        @Override
        public void close() {
            running.forEach(ChildSluice::close);
        }
    }
}
