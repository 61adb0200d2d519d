package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A start on a backup that does not know what was submitted after it was made. */
class RestoredBackupTests {

    @Test
    void submitsNothingUntilTheOperatorHasDecided(@TempDir Path store) {
        try (Simulator simulator =
                Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(200))))) {
            simulator.faults().everySubmit().answerBusy();
            String inDoubt;
            try (RunningSluice before = RunningSluice.inFrontOf(simulator, store)) {
                inDoubt = before.alice().accepted("in doubt");
            }
            simulator.faults().clear();
            long submits = simulator.ledger().submitsReceived();
            try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, "sluice.store.restored=true")) {
                Client operator = new Client(sluice.management(), "");
                await().untilAsserted(() -> assertThat(
                                operator.get("/actuator/restored").json())
                        .isEqualTo(Client.JSON.readTree("{\"paused\":true,\"inDoubt\":1}")));
                String newer = sluice.alice().accepted("newer");
                EventStream stream = sluice.alice().stream("/v1/generations/" + newer + "/events");
                await().until(() ->
                        stream.events().stream().anyMatch(event -> event.data().contains("paused")));
                assertThat(simulator.ledger().submitsReceived()).isEqualTo(submits);
                assertThat(operator.post("/actuator/restored/gen_01jd0000000000000000000000", "{}")
                                .status())
                        .isEqualTo(404);

                Answer decided = operator.post("/actuator/restored", "{\"queued\":\"unknown\"}");

                assertThat(decided.json().path("paused").booleanValue()).isFalse();
                JsonNode given = sluice.alice().ending(inDoubt);
                assertThat(given.path("status").stringValue()).isEqualTo("unknown");
                assertThat(given.path("credits").path("atRisk").intValue()).isPositive();
                assertThat(sluice.alice().ending(newer).path("status").stringValue())
                        .isEqualTo("completed");
                assertThat(simulator.ledger().accepted("in doubt")).isEmpty();
            }
        }
    }
}
