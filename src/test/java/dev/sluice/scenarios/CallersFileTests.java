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

/** Who may call is changed while Sluice runs. */
class CallersFileTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void letsGoOfWhoIsTakenAwayKnowsWhoIsNewAndCountsANewQuota(@TempDir Path folder) throws IOException {
        Path file = write(folder, caller("alice", "") + caller("bob", ""));
        try (Simulator simulator =
                        Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(300))));
                RunningSluice sluice =
                        RunningSluice.inFrontOf(simulator, folder.resolve("store"), "sluice.clients-file=" + file)) {
            simulator.faults().everySubmit().answerBusy();
            EventStream generation = client(sluice, "bob").streamOf("is bob's");
            EventStream status = client(sluice, "bob").stream("/v1/status", "Accept", "text/event-stream");
            EventStream other = client(sluice, "alice").streamOf("is alice's");
            assertThat(list(sluice, "carol")).isEqualTo(401);

            write(folder, caller("alice", ", requests-per-minute: 1") + caller("carol", ""));

            generation.untilItEnds();
            status.untilItEnds();
            assertThat(list(sluice, "bob")).isEqualTo(401);
            assertThat(list(sluice, "carol")).isEqualTo(200);
            assertThat(client(sluice, "alice")
                            .post("/v1/generations", Client.prompt("more"), "Prefer", "respond-async")
                            .status())
                    .as("her one generation of this minute is accepted already")
                    .isEqualTo(429);
            assertThat(other.hasEnded()).isFalse();
            simulator.faults().clear();
            assertThat(EventStream.names(other.untilItEnds())).endsWith("completed");
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(simulator.ledger().accepted("is bob's")).hasSize(1));
        }
    }

    private static int list(RunningSluice sluice, String name) {
        return client(sluice, name).get("/v1/generations").status();
    }

    private static Client client(RunningSluice sluice, String name) {
        return sluice.client(name + "-key-in-the-file");
    }

    private static Path write(Path folder, String callers) throws IOException {
        return Files.writeString(folder.resolve("callers.yaml"), "sluice.clients:\n" + callers);
    }

    private static String caller(String name, String more) {
        return "- {id: %s, key: %s-key-in-the-file%s}\n".formatted(name, name, more);
    }
}
