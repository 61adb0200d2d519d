package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * What polls placed by what was learnt come to through sockets, in real time and at the usual pace: a log-normal median of
 * 12 s. No test: {@code mvn test -Dtest=PollingMeasurement} prints the figures (four minutes), and an ordinary build leaves
 * it out.
 */
class PollingMeasurement {

    private static final Logger log = LoggerFactory.getLogger(PollingMeasurement.class);
    private static final int LEARNT_FROM = 200;
    private static final int MEASURED = 400;
    private static final int AT_ONCE = 80;
    private static final double MEDIAN_SECONDS = 12;
    private static final double SIGMA = 0.2;

    /** Means of those that were measured. */
    private record Run(double lagSeconds, double polls) {}

    @Test
    void lagAndPollsOfBothStrategies(@TempDir Path stores) {
        long seed = Long.getLong("sluice.tests.seed", 42);

        Run fixed = run("fixed", stores.resolve("fixed"), seed);
        Run learnt = run("learnt", stores.resolve("learnt"), seed);

        log.info("Polling through sockets: seed={} fixed={} learnt={}", seed, fixed, learnt);
        assertThat(learnt.polls()).isLessThanOrEqualTo(fixed.polls());
        assertThat(learnt.lagSeconds()).isLessThan(fixed.lagSeconds() / 2);
    }

    private static Run run(String strategy, Path store, long seed) {
        Random random = new Random(seed);
        Pace logNormal =
                _ -> Duration.ofMillis(Math.round(1000 * MEDIAN_SECONDS * Math.exp(SIGMA * random.nextGaussian())));
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withPace(logNormal)
                        .withTaskLimit(AT_ONCE)
                        .withCredits(1_000_000));
                RunningSluice sluice = RunningSluice.inFrontOf(
                        simulator,
                        store,
                        "sluice.polling.strategy=" + strategy,
                        "sluice.polling.initial-delay=5s",
                        "sluice.polling.interval=3s",
                        "sluice.admission.limit.initial=" + AT_ONCE,
                        "sluice.admission.limit.max=" + AT_ONCE,
                        "sluice.clients[0].requests-per-minute=100000",
                        "resilience4j.ratelimiter.instances.submit.limit-for-period=1000",
                        "resilience4j.ratelimiter.instances.poll.limit-for-period=1000")) {
            List<String> ids = IntStream.range(0, LEARNT_FROM + MEASURED)
                    .mapToObj(i -> sluice.alice().accepted("of " + strategy + " " + i))
                    .toList();
            await().atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> Meters.of(sluice).sum("sluice_generations_seconds_count") == ids.size());

            Ledger ledger = simulator.ledger();
            List<JsonNode> measured = ids.stream()
                    .skip(LEARNT_FROM)
                    .map(id -> sluice.alice().get("/v1/generations/" + id).json())
                    .toList();
            return new Run(
                    mean(measured.stream()
                            .map(it -> lag(it, submit(ledger, it)).toMillis() / 1000.0)
                            .toList()),
                    mean(measured.stream()
                            .map(it -> (double) ledger.polls(submit(ledger, it).generationId())
                                    .size())
                            .toList()));
        }
    }

    private static Ledger.Submit submit(Ledger ledger, JsonNode generation) {
        return ledger.accepted(generation.path("prompt").stringValue()).getFirst();
    }

    private static Duration lag(JsonNode generation, Ledger.Submit submit) {
        return Duration.between(
                submit.at().plus(submit.takes()),
                Instant.parse(generation.path("finishedAt").stringValue()));
    }

    private static double mean(List<Double> figures) {
        return figures.stream().mapToDouble(it -> it).average().orElseThrow();
    }
}
