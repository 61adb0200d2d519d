package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What is written to the logs, all of them, with Sluice's own at their most talkative. */
@Isolated
@ExtendWith(OutputCaptureExtension.class)
class LogsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String UPSTREAMS_KEY = "nb_CANARY_of_the_upstream";

    @Test
    void tellEachBeginningAndEachEndOnceAndNobodysPromptOrKey(@TempDir Path store, CapturedOutput output) {
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withKey(UPSTREAMS_KEY)
                        .withPace(Pace.fixed(Duration.ofMillis(200))));
                RunningSluice sluice = RunningSluice.inFrontOf(
                        simulator,
                        store,
                        "logging.level.dev.sluice=debug",
                        "sluice.upstream.api-key=" + UPSTREAMS_KEY,
                        "sluice.upstream.submit-timeout=1s",
                        "sluice.clients[3].id=dave",
                        "sluice.clients[3].key=CANARY-of-dave",
                        "sluice.polling.max-attempts=2",
                        "sluice.polling.overdue-interval=100ms",
                        "sluice.polling.overdue-for=200ms")) {
            Client dave = sluice.client("CANARY-of-dave");
            List<String> ids = new ArrayList<>();
            ids.add(dave.accepted("CANARY goes well"));
            ids.add(dave.accepted("CANARY goes wrong [fail]"));
            ids.add(dave.accepted("CANARY is unsafe [unsafe]"));
            ids.add(dave.accepted("CANARY takes for ever [slow]"));
            simulator.faults().submitsOf("CANARY is lost").times(1).loseTheAnswer();
            ids.add(dave.accepted("CANARY is lost"));
            simulator.faults().submitsOf("CANARY is garbled").times(1).answerGarbage();
            ids.add(dave.accepted("CANARY is garbled"));
            simulator.faults().submitsOf("CANARY is late").times(1).delayTheAnswer(Duration.ofSeconds(3));
            ids.add(dave.accepted("CANARY is late"));
            simulator
                    .faults()
                    .submitsOf("CANARY is refused")
                    .times(1)
                    .answer(400, "application/json", "{\"error\":\"CANARY is refused, said " + UPSTREAMS_KEY + "\"}");
            ids.add(dave.accepted("CANARY is refused"));
            simulator.faults().submitsOf("CANARY meets a crowd").times(1).answerBusy();
            ids.add(dave.accepted("CANARY meets a crowd"));
            bad(sluice, dave);

            ids.forEach(id ->
                    assertThat(dave.ending(id).path("finishedAt").stringValue()).isNotBlank());
            await().atMost(PATIENCE)
                    .until(() -> ids.stream().allMatch(id -> lines(output, "Generation ended: id=" + id) == 1));
        }

        for (String id : ids(output)) {
            assertThat(lines(output, "Generation accepted: id=" + id + " ")).isEqualTo(1);
            assertThat(lines(output, "Generation ended: id=" + id + " ")).isEqualTo(1);
        }
        assertThat(ids(output)).hasSize(9);
        assertThat(List.of("completed", "failed", "timed_out", "unknown", "rejected"))
                .allMatch(status -> output.toString().contains(" status=" + status + " "));
        assertThat(output.toString().lines().filter(line -> line.contains("CANARY")))
                .isEmpty();
    }

    /** Everything that might make somebody log what was sent. */
    private static void bad(RunningSluice sluice, Client dave) {
        dave.post("/v1/generations", "{\"prompt\":\"CANARY");
        dave.post("/v1/generations", "CANARY");
        dave.post("/v1/generations", "{\"prompt\":[\"CANARY\"]}");
        dave.post("/v1/generations", "{\"prompt\":\"CANARY\",\"sluice\":{\"CANARY\":1}}");
        dave.post("/v1/generations", Client.prompt("CANARY"), "Content-Type", "text/CANARY");
        dave.post("/v1/generations", Client.prompt("CANARY"), "Accept", "CANARY");
        dave.get("/v1/generations?status=CANARY");
        dave.get("/CANARY");
        dave.get("/api/v1/generate?id=CANARY");
        sluice.client("CANARY-of-nobody").get("/v1/generations");
        for (String head : List.of(
                "GET /CANARY%zz HTTP/1.1\r\nAuthorization: Bearer CANARY-of-dave",
                "GET /" + "CANARY".repeat(10_000) + " HTTP/1.1",
                "GET / HTTP/1.1\r\nAuthorization Bearer CANARY-of-dave",
                "GET / HTTP/1.1\r\nAuthorization Bearer CANARY-of-dave: x",
                "GET / HTTP/1.1\r\nAuthorization: Bearer \u0001CANARY-of-dave",
                "GET / HTTP/1.1\r\nAuthorization: Bearer CANARY-of-dave\r\nX: " + "CANARY".repeat(10_000),
                "CANARY",
                "GET / CANARY/1.1")) {
            BareSocket.ask(sluice.api(), (head + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<String> ids(CapturedOutput output) {
        return Pattern.compile("id=(gen_[0-9a-z]{26})")
                .matcher(output)
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
    }

    private static long lines(CapturedOutput output, String words) {
        return output.toString().lines().filter(line -> line.contains(words)).count();
    }
}
