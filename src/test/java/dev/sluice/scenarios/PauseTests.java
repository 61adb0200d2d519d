package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** An operator keeps submits back, and lets them go again. */
@Isolated
@ExtendWith(OutputCaptureExtension.class)
class PauseTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path store;

    private final Simulator simulator =
            Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(200))));

    @Test
    void submitsNothingInAPauseAcrossARestartAndAllOfItAfterwards(CapturedOutput output) {
        List<String> ids;
        try (simulator) {
            try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store)) {
                EventStream underWay = sluice.alice().streamOf("under way");
                underWay.awaits("processing");

                Answer paused = operator(sluice)
                        .post("/actuator/submits", "{\"why\":\"the account is looked at\",\"by\":\"kim\"}");

                assertThat(paused.status()).isEqualTo(200);
                ids = Stream.of("one", "two", "three")
                        .map(prompt -> sluice.alice().accepted(prompt))
                        .toList();
                assertThat(EventStream.names(underWay.untilItEnds())).endsWith("completed");
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(waitingFor(sluice, ids.getLast())).isEqualTo("paused"));
                assertThat(sluice.alice().get("/v1/status").body()).contains("paused");
                await().atMost(PATIENCE).until(() -> isShownAsPaused(sluice));
            }
            try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store)) {
                await().atMost(PATIENCE).until(() -> isShownAsPaused(sluice));
                JsonNode told = operator(sluice).get("/actuator/submits").json();
                assertThat(told.path("paused").booleanValue()).isTrue();
                assertThat(told.path("by").stringValue()).isEqualTo("kim");
                assertThat(told.path("why").stringValue()).isEqualTo("the account is looked at");
                assertThat(told.path("since").stringValue()).isNotEmpty();
                assertThat(told.path("queued").intValue()).isEqualTo(3);
                assertThat(simulator.ledger().submitsReceived()).isEqualTo(1);

                Answer resumed = operator(sluice).delete("/actuator/submits");

                assertThat(resumed.json().path("paused").booleanValue()).isFalse();
                assertThat(ids)
                        .allSatisfy(id -> assertThat(
                                        sluice.alice().ending(id).path("status").stringValue())
                                .isEqualTo("completed"));
                assertThat(simulator.ledger().submitsReceived()).isEqualTo(4);
                assertThat(output.getAll())
                        .containsOnlyOnce("Submits were paused: by=kim because=the account is looked at")
                        .containsOnlyOnce("Submits go again: pausedBy=kim");
            }
        }
    }

    @Test
    void pausesForNoReasonThatIsNone() {
        try (simulator;
                RunningSluice sluice = RunningSluice.inFrontOf(simulator, store)) {
            for (String body : List.of(
                    "{}",
                    "{\"why\":\"\"}",
                    "{\"why\":\"a\\nb\"}",
                    "{\"why\":\"a\",\"by\":\"\\u001b\"}",
                    "{\"why\":",
                    "")) {
                assertThat(operator(sluice).post("/actuator/submits", body).status())
                        .as(body)
                        .isEqualTo(400);
            }
            assertThat(operator(sluice)
                            .get("/actuator/submits")
                            .json()
                            .path("paused")
                            .booleanValue())
                    .isFalse();
        }
    }

    private static Client operator(RunningSluice sluice) {
        return new Client(sluice.management(), "");
    }

    private static boolean isShownAsPaused(RunningSluice sluice) {
        return operator(sluice).get("/actuator/prometheus").body().contains("sluice_submits_paused 1.0");
    }

    private static String waitingFor(RunningSluice sluice, String id) {
        JsonNode generation = sluice.alice().get("/v1/generations/" + id).json();
        return generation.path("progress").path("waitingFor").stringValue("");
    }
}
