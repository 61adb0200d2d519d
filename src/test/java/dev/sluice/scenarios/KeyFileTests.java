package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class KeyFileTests {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Test
    void holdsTheQueueWhileTheKeyIsRefusedAndGoesOnByItselfOnceTheFileIsCorrected(@TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "nb_old\n");
        try (Simulator simulator = Simulator.start(
                        SimulatorSettings.defaults().withKey("nb_old").withPace(Pace.fixed(Duration.ofMillis(300))));
                RunningSluice sluice = RunningSluice.inFrontOf(
                        simulator, folder.resolve("store"), "sluice.upstream.api-key-file=" + file)) {
            EventStream other = sluice.bob().streamOf("under way already [slow]");
            other.awaits("processing");

            simulator.changeKey("nb_new");
            String held = sluice.alice().accepted("held");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(waitingFor(sluice, held)).isEqualTo("key"));
            long polls = polls(simulator);
            await().atMost(PATIENCE).until(() -> polls(simulator) > polls);
            assertThat(other.hasEnded()).isFalse();

            Files.writeString(file, "");
            Files.writeString(file, "nb_wrong");
            await().atMost(PATIENCE)
                    .until(() -> simulator.ledger().lastRequests().stream()
                            .anyMatch(request -> request.header("Authorization").contains("Bearer nb_wrong")));
            assertThat(sluice.alice()
                            .get("/v1/generations/" + held)
                            .json()
                            .path("status")
                            .stringValue())
                    .isIn("queued", "submitting");

            Files.writeString(file, "nb_new\n");

            assertThat(sluice.alice().ending(held).path("status").stringValue()).isEqualTo("completed");
            assertThat(EventStream.names(other.untilItEnds())).endsWith("completed");
            assertThat(simulator.ledger().accepted("held")).hasSize(1);
        }
    }

    private static String waitingFor(RunningSluice sluice, String id) {
        JsonNode generation = sluice.alice().get("/v1/generations/" + id).json();
        return generation.path("progress").path("waitingFor").stringValue("");
    }

    private static long polls(Simulator simulator) {
        return simulator.ledger().requestsByPath().getOrDefault("GET /api/v1/generate", 0L);
    }
}
