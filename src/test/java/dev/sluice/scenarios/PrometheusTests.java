package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard and the alerts, asked of a real Prometheus that scrapes a running Sluice. {@link AlertsTests} sees every alert
 * fire and resolve.
 */
@SuppressWarnings("NullAway.Init")
@Needs(value = "prometheus", installedBy = "apt-get install prometheus")
class PrometheusTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Long enough for a few scrapes on a slow machine. */
    private static final String WINDOW = "4s";

    @TempDir
    Path directory;

    private final int management = Prometheus.freePort();
    private Simulator simulator;
    private Prometheus prometheus;

    @BeforeEach
    void start() {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(150))));
        prometheus = Prometheus.start(directory, AlertRules.inAHurry(WINDOW), management);
    }

    @AfterEach
    void stop() {
        prometheus.close();
        simulator.close();
    }

    /** A scrape that a busy machine was late for leaves nothing to be found until the next. */
    private void awaitFound(String query) {
        await(query)
                .atMost(Duration.ofSeconds(10))
                .pollDelay(Duration.ZERO)
                .until(() -> !prometheus.ask(query).isEmpty());
    }

    private RunningSluice sluice() {
        return RunningSluice.inFrontOf(
                simulator,
                directory.resolve("store"),
                "management.server.port=" + management,
                "sluice.upstream.balance-every=250ms",
                "sluice.upstream.submit-timeout=1s",
                "resilience4j.circuitbreaker.instances.submit.minimum-number-of-calls=2",
                "resilience4j.circuitbreaker.instances.submit.sliding-window-size=2",
                "resilience4j.circuitbreaker.instances.submit.wait-duration-in-open-state=1s");
    }

    @Test
    void findsAllThatTheDashboardAndTheAlertsAskForAndFiresSomeOfThem() {
        try (RunningSluice sluice = sluice()) {
            awaitScraped();
            burnAndLoseMoney(sluice);
            awaitFired("SluiceCreditsBurnt", "SluiceCreditsRunningOut", "SluiceOutcomeUnknown");

            assertThat(AlertRules.dashboardQueries())
                    .hasSizeGreaterThan(30)
                    .allSatisfy(query -> awaitFound(query.replace("$__rate_interval", WINDOW)));
            assertThat(AlertRules.all())
                    .flatExtracting(AlertRules.Alert::selectors)
                    .hasSizeGreaterThan(15)
                    .allSatisfy(series -> awaitFound(String.valueOf(series)));
        }
        awaitFired("SluiceDown");
    }

    private void burnAndLoseMoney(RunningSluice sluice) {
        simulator.faults().submitsOf("fails at once").failAndCharge();
        simulator.faults().submitsOf("is lost").times(1).loseTheAnswer();
        sluice.alice().streamOf("goes well").untilItEnds();
        List<String> burnt = IntStream.range(0, 8)
                .mapToObj(_ -> sluice.alice().accepted("fails at once"))
                .toList();
        burnt.forEach(sluice.alice()::ending);
        sluice.alice().ending(sluice.alice().accepted("is lost"));
    }

    /** What grew before the first scrape was never seen to grow. */
    private void awaitScraped() {
        await().atMost(PATIENCE)
                .until(() ->
                        !prometheus.ask("sluice_generations_accepted_total").isEmpty());
    }

    private void awaitFired(String... alerts) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(prometheus.fired()).contains(alerts));
    }
}
