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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Who may call is changed while Sluice runs. */
@Isolated
@ExtendWith(OutputCaptureExtension.class)
class CallersFileTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String WARNING = "The file of callers is not followed, and the last known stay";

    @TempDir
    Path folder;

    private Path file;
    private Simulator simulator;
    private RunningSluice sluice;

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("callers.yaml");
        write("alice", "bob");
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(300))));
        sluice = RunningSluice.inFrontOf(simulator, folder.resolve("store"), "sluice.clients-file=" + file);
    }

    @AfterEach
    void stop() {
        sluice.close();
        simulator.close();
    }

    @Test
    void letsGoOfWhoIsTakenAwayAndKnowsWhoIsNew() throws IOException {
        simulator.faults().everySubmit().answerBusy();
        EventStream generation = caller("bob").streamOf("is bob's");
        EventStream status = caller("bob").stream("/v1/status", "Accept", "text/event-stream");
        EventStream other = caller("alice").streamOf("is alice's");
        assertThat(caller("carol").get("/v1/generations").status()).isEqualTo(401);

        write("alice", "carol");

        generation.untilItEnds();
        status.untilItEnds();
        assertThat(caller("bob").get("/v1/generations").status()).isEqualTo(401);
        assertThat(caller("carol").get("/v1/generations").status()).isEqualTo(200);
        assertThat(other.hasEnded()).isFalse();
        simulator.faults().clear();
        assertThat(EventStream.names(other.untilItEnds())).endsWith("completed");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(simulator.ledger().accepted("is bob's")).hasSize(1));
    }

    @Test
    void countsANewQuotaFromTheNextRequestOn() throws IOException {
        caller("alice").accepted("one");

        Files.writeString(file, "sluice.clients:\n" + caller("alice", ", requests-per-minute: 1"));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(caller("alice")
                                .post("/v1/generations", Client.prompt("more"), "Prefer", "respond-async")
                                .status())
                        .isEqualTo(429));
    }

    @Test
    void keepsWhoItKnewWhileTheFileIsBrokenAndSaysSoOnce(CapturedOutput output) throws IOException {
        assertThat(isStale()).isFalse();

        Files.writeString(file, "sluice.clients:\n" + caller("alice", ", wieght: 2"));

        await().atMost(PATIENCE).until(this::isStale);
        assertThat(caller("alice").get("/v1/generations").status()).isEqualTo(200);
        assertThat(caller("bob").get("/v1/generations").status()).isEqualTo(200);

        Files.delete(file);

        await().atMost(PATIENCE).until(() -> output.getAll().contains("it cannot be read: NoSuchFileException"));
        assertThat(caller("bob").get("/v1/generations").status()).isEqualTo(200);

        write("alice", "bob");

        await().atMost(PATIENCE).until(() -> !isStale());
        assertThat(output.getAll().split(WARNING, -1))
                .as("one line for each thing that is wrong")
                .hasSize(3);
        assertThat(output.getAll())
                .contains("sluice.clients[0].wieght is not a setting of a caller")
                .doesNotContain("key-in-the-file");
    }

    private boolean isStale() {
        return new Client(sluice.management(), "")
                .get("/actuator/prometheus")
                .body()
                .contains("sluice_access_callers_stale 1.0");
    }

    private Client caller(String name) {
        return sluice.client(name + "-key-in-the-file");
    }

    private void write(String... names) throws IOException {
        Files.writeString(
                file,
                "sluice.clients:\n"
                        + Stream.of(names).map(name -> caller(name, "")).collect(Collectors.joining()));
    }

    private static String caller(String name, String more) {
        return "- {id: %s, key: %s-key-in-the-file%s}\n".formatted(name, name, more);
    }
}
