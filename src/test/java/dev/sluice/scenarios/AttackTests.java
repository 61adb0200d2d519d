package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process under attack: thousands of bad requests, and a crowd that is slow on purpose, while good callers go on. */
@Order(3)
class AttackTests {

    private static final long SEED = Long.getLong("sluice.tests.seed", System.nanoTime());
    private static final int REQUESTS = Integer.getInteger("sluice.attack.requests", 1_500);

    /** What the good callers' p99 may become; machines that build are busy, so only the long run is strict. */
    private static final double SLOWER_AT_MOST = Double.parseDouble(System.getProperty("sluice.attack.slower", "50"));

    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int UNDISTURBED = 150;
    private static final int SLOW_OF_EACH = 10;

    /** How long the good callers' client keeps a connection that it does not use. */
    private static final Duration KEPT_BY_JAVA = Duration.ofSeconds(30);

    private static final int MOST_LOG_LINES = 60;
    private static final long MOST_HEAP_MORE = 48L * 1024 * 1024;
    private static final String SECRET = "what only alice asked for";

    @Test
    void harmsNobodyAndLeavesNothingBehind(@TempDir Path store) throws Exception {
        System.out.println("Seed of the attack: " + SEED + " (set it with -Dsluice.tests.seed)");
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withPace(Pace.fixed(Duration.ofMillis(20)))
                        .withTaskLimit(2_000)
                        .withCredits(10_000_000));
                ChildSluice sluice = ChildSluice.inFrontOf(
                                simulator,
                                store,
                                "sluice.upstream.submit-timeout=60s", // its default: a busy machine has lost no answer
                                "sluice.connection.head-timeout=2s",
                                "sluice.connection.unread-timeout=2s",
                                "sluice.request.body-timeout=2s",
                                "sluice.admission.queue-capacity=10000",
                                "sluice.admission.limit.initial=1000",
                                "sluice.admission.limit.max=1000")
                        .awaitReady()) {
            String hers = sluice.alice().accepted(SECRET);
            sluice.alice().ending(hers);
            Attack attack = new Attack(sluice.api(), new BadRequests(SEED, RunningSluice.BOB, hers), SECRET);
            GoodCallers good = new GoodCallers(sluice.alice());
            await().atMost(PATIENCE).until(() -> good.count() >= UNDISTURBED);
            good.p99AndForget(); // of a process that was just started
            await().atMost(PATIENCE).until(() -> good.count() >= UNDISTURBED);
            Duration undisturbed = good.p99AndForget();
            long heapBefore = heapInUse(sluice);
            int linesBefore = lines(sluice);
            Duration disturbed;
            int cut;

            try (SlowCrowd crowd = new SlowCrowd(sluice.api(), RunningSluice.BOB, SLOW_OF_EACH)) {
                attack.run(REQUESTS, BETWEEN_REQUESTS);
                disturbed = good.p99AndForget();
                await("slow ones are cut off").atMost(PATIENCE).until(() -> crowd.cut() > SLOW_OF_EACH);
                cut = crowd.cut();
            }
            good.close();
            await("all connections are gone")
                    .atMost(PATIENCE.plus(KEPT_BY_JAVA))
                    .until(() -> meter(sluice, "sluice_connection_open") <= idleOf(good));
            long heapAfter = heapInUse(sluice);

            System.out.printf(
                    Locale.ROOT,
                    "Attack: requests=%d %s slowCut=%d goodP99=%dms undisturbed=%dms heapMore=%dKB logLines=%d"
                            + " refused=%s%n",
                    REQUESTS,
                    attack,
                    cut,
                    disturbed.toMillis(),
                    undisturbed.toMillis(),
                    (heapAfter - heapBefore) / 1024,
                    lines(sluice) - linesBefore,
                    refused(sluice));
            assertThat(attack.outrages()).isEmpty();
            assertThat(good.failures()).isEmpty();
            assertThat(heapAfter - heapBefore).as("heap after a collection").isLessThan(MOST_HEAP_MORE);
            assertThat(lines(sluice) - linesBefore).as(sluice.output()).isLessThan(MOST_LOG_LINES);
            assertThat(sluice.output()).doesNotContain("\tat ");
            assertThat(disturbed.toNanos())
                    .as("p99 of good callers, %s undisturbed", undisturbed)
                    .isLessThan((long) (undisturbed.toNanos() * SLOWER_AT_MOST));
            await().atMost(PATIENCE)
                    .until(() ->
                            meter(sluice, "sluice_capacity_queued") + meter(sluice, "sluice_capacity_in_flight") == 0);
            assertThat(simulator.ledger().submitsReceived())
                    .as("nothing is submitted of which its sender was not told")
                    .isLessThanOrEqualTo(1L + attack.accepted() + good.generations());
            assertThat(sluice.alice()
                            .ending(sluice.alice().accepted("afterwards"))
                            .path("status")
                            .stringValue())
                    .isEqualTo("completed");
            assertThat(new Client(sluice.management(), "")
                            .get("/actuator/health/readiness")
                            .status())
                    .isEqualTo(200);
        }
    }

    /** Java's client keeps its connections for a while: those are nobody's fault. */
    private static int idleOf(GoodCallers good) {
        return Math.max(8, good.generations() / 10);
    }

    private static int lines(ChildSluice sluice) {
        return (int) sluice.output()
                .lines()
                .filter(line -> !line.contains("Generation accepted") && !line.contains("Generation ended"))
                .count();
    }

    private static List<String> meters(ChildSluice sluice) {
        return new Client(sluice.management(), "")
                .get("/actuator/prometheus")
                .body()
                .lines()
                .toList();
    }

    private static double meter(ChildSluice sluice, String name) {
        return meters(sluice).stream()
                .filter(line -> line.matches(Pattern.quote(name) + "(\\{.*})? .*"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static List<String> refused(ChildSluice sluice) {
        return meters(sluice).stream()
                .filter(line -> line.matches("sluice_(connection|request|stream)_refused_total.*"))
                .filter(line -> !line.endsWith(" 0.0"))
                .map(line -> line.replaceAll(".*bound=\"(.*)\"} (.*)\\.0", "$1=$2"))
                .toList();
    }

    /** After everything that nobody holds has been collected. */
    private static long heapInUse(ChildSluice sluice) throws IOException, InterruptedException {
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(sluice.process().pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return (long) meters(sluice).stream()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
