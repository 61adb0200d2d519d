package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Nobody is starved, and places are shared by weight. */
@Isolated
class FairnessTests {

    private static final Logger log = LoggerFactory.getLogger(WaitingRoomTests.class);

    /** Tasks take a thirtieth of their usual ten seconds. */
    private static final Duration A_MINUTE_AT_THIS_PACE = Duration.ofSeconds(2);

    @Test
    @Tag("long")
    void serves500OfThreeCallersByTheirWeightsWhileTheUpstreamTakesFiveThenTwoThenEight(@TempDir Path store) {
        try (Simulator simulator = simulator(5, Duration.ofMillis(300));
                RunningSluice sluice = RunningSluice.inFrontOf(
                        simulator, store, "sluice.clients[2].weight=3", "sluice.polling.initial-delay=100ms")) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                ids.add(sluice.alice().accepted("alice " + i));
                ids.add(sluice.bob().accepted("bob " + i));
                for (int j = 0; j < 3; j++) {
                    ids.add(sluice.carol().accepted("carol " + i + "." + j));
                }
            }
            List<EventStream> streams = ids.stream()
                    .filter(id -> ids.indexOf(id) % 5 == 0)
                    .map(id -> sluice.alice().stream("/v1/generations/" + id + "/events"))
                    .toList();
            Instant accepted = Instant.now();

            int near = 0;
            int looks = 0;
            long submitsInTheBeginning = 0;
            long acceptedInTheBeginning = 0;
            for (long ended = 0;
                    ended < 500;
                    ended = (long) Meters.of(sluice).sum("sluice_generations_seconds_count")) {
                int slots = simulator.ledger().acceptedInAll() < 150
                        ? 5
                        : simulator.ledger().acceptedInAll() < 230 ? 2 : 8;
                simulator.allowTasks(slots);
                if (Duration.between(accepted, Instant.now()).toMillis() < A_MINUTE_AT_THIS_PACE.toMillis()) {
                    acceptedInTheBeginning = simulator.ledger().acceptedInAll();
                    submitsInTheBeginning = simulator.ledger().submitsReceived();
                } else if (Meters.of(sluice).sum("sluice_capacity_queued") > 0) {
                    looks++;
                    near += Math.abs(Meters.of(sluice).sum("sluice_capacity_limit") - slots) <= 1 ? 1 : 0;
                }
                pause(Duration.ofMillis(100));
            }

            assertThat(streams)
                    .allSatisfy(stream ->
                            assertThat(EventStream.names(stream.untilItEnds())).endsWith("completed"));
            assertThat(simulator.ledger().accepted())
                    .extracting(Ledger.Submit::prompt)
                    .hasSize(500)
                    .doesNotHaveDuplicates();
            double busy = 1
                    - (500.0 - acceptedInTheBeginning) / (simulator.ledger().submitsReceived() - submitsInTheBeginning);
            Map<String, Long> shares = simulator.ledger().accepted().stream()
                    .limit(250) // of all 500 the shares are given
                    .collect(Collectors.groupingBy(
                            submit ->
                                    submit.prompt().substring(0, submit.prompt().indexOf(' ')),
                            Collectors.counting()));
            log.info(
                    "Waiting room: submits={} busyPercent={} limitWithinOnePercent={} sharesOf250={}",
                    simulator.ledger().submitsReceived(),
                    Math.round(busy * 1000) / 10.0,
                    Math.round(near * 1000.0 / looks) / 10.0,
                    shares);
            assertThat(shares.get("alice")).isCloseTo(50L, withPercentage(15));
            assertThat(shares.get("bob")).isCloseTo(50L, withPercentage(15));
            assertThat(shares.get("carol")).isCloseTo(150L, withPercentage(15));
            assertThat(busy).isLessThan(0.05);
            assertThat(near / (double) looks)
                    .as("RoomSimulationTests tells the rule; here a machine's hesitations count for thirty times"
                            + " as much")
                    .isGreaterThan(0.8);
        }
    }

    @Test
    void letsALightCallersGenerationPassBehindTwoHundredOfAHeavyCallers(@TempDir Path store) {
        try (Simulator simulator = simulator(4, Duration.ofMillis(400));
                RunningSluice sluice = RunningSluice.inFrontOf(simulator, store)) {
            IntStream.range(0, 200).forEach(i -> sluice.alice().accepted("heavy " + i));
            await().until(() -> simulator.ledger().acceptedInAll() > 8);

            EventStream light = sluice.bob().streamOf("light");
            light.awaits("processing");
            long before = simulator.ledger().accepted().stream()
                    .map(Ledger.Submit::prompt)
                    .toList()
                    .indexOf("light");

            light.untilItEnds();
            Ledger.Submit mine = simulator.ledger().accepted("light").getFirst();
            JsonNode told = light.recorded().getFirst().json();
            Duration waited =
                    Duration.between(Instant.parse(told.path("createdAt").stringValue()), mine.at());
            log.info("A light caller's generation was accepted as number {} after {} ms", before, waited.toMillis());
            assertThat(waited).as("one turn of a place, its poll and a moment").isLessThan(Duration.ofMillis(900));
        }
    }

    private static Simulator simulator(int tasks, Duration pace) {
        return Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(pace))
                .withTaskLimit(tasks)
                .withCredits(100_000));
    }

    private static void pause(Duration length) {
        await().pollDelay(length).atMost(length.plusSeconds(5)).until(() -> true);
    }
}
