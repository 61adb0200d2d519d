package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is not kept: results that expire, endings that are old, and what a person wants removed. */
@SuppressWarnings("NullAway.Init")
class ForgettingTests {

    private Simulator simulator;
    private RunningSluice sluice;

    @BeforeEach
    void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(100))));
        sluice = RunningSluice.inFrontOf(simulator, store, "sluice.retention=2s", "sluice.idempotency.keep=1s");
    }

    @AfterEach
    void stop() {
        sluice.close();
        simulator.close();
    }

    @Test
    void tellsWhenThePicturesExpireAndOnlyWhereThereAreAny() {
        JsonNode completed = endingOf("a picture");
        JsonNode failed = endingOf("none [fail]");

        assertThat(Instant.parse(completed.path("expiresAt").stringValue()))
                .isEqualTo(Instant.parse(completed.path("finishedAt").stringValue())
                        .plus(Duration.ofDays(15)));
        assertThat(failed.has("expiresAt")).isFalse();
    }

    @Test
    void letsGoOfOldEndingsByItselfAndOfNothingThatIsUnderWay() {
        simulator.keep(Pace.fixed(Duration.ofSeconds(30)));
        String underWay = sluice.alice().accepted("under way");
        await().until(() -> statusOf(underWay).equals("processing"));
        simulator.keep(Pace.fixed(Duration.ofMillis(100)));
        String ended = "/v1/generations/" + endingOf("old").path("id").stringValue();

        await().atMost(Duration.ofSeconds(8))
                .until(() -> sluice.alice().get(ended).status() == 404);
        assertThat(sluice.alice().get(ended + "/events").status()).isEqualTo(404);
        assertThat(statusOf(underWay)).isEqualTo("processing");
    }

    @Test
    void removesWhatAPersonWroteAndGotAndKeepsTheAccount() {
        JsonNode before = sluice.alice()
                .post(
                        "/v1/generations",
                        "{\"prompt\":\"my secret garden\",\"sluice\":{\"metadata\":{\"who\":\"me myself\"}}}")
                .json();
        String path = "/v1/generations/" + before.path("id").stringValue();

        assertThat(sluice.bob().delete(path + "?erase=true").status()).isEqualTo(404);
        assertThat(sluice.alice().delete(path + "?erase=true").status()).isEqualTo(204);

        Answer after = sluice.alice().get(path);
        assertThat(after.body())
                .doesNotContain("garden", "me myself")
                .doesNotContain(before.path("imageUrls").get(0).stringValue());
        assertThat(after.json().path("status").stringValue()).isEqualTo("completed");
        assertThat(after.json().path("credits")).isEqualTo(before.path("credits"));
        assertThat(after.json().path("finishedAt")).isEqualTo(before.path("finishedAt"));
        assertThat(after.json().has("expiresAt")).isFalse();
        assertThat(sluice.alice().get(path + "/events").body()).doesNotContain("garden", "/images/");
        assertThat(sluice.alice()
                        .get("/api/v1/generate?id=" + before.path("upstreamId").stringValue())
                        .body())
                .doesNotContain("garden", "/images/");
        assertThat(sluice.alice().get(path + "/images/0").status()).isEqualTo(404);
        assertThat(sluice.alice().delete(path + "?erase=true").status())
                .as("twice is once")
                .isEqualTo(204);
    }

    @Test
    void removesNothingFromWhatHasNotEnded() {
        simulator.keep(Pace.fixed(Duration.ofSeconds(30)));
        String path = "/v1/generations/" + sluice.alice().accepted("under way");

        assertThat(sluice.alice().delete(path + "?erase=true").status()).isEqualTo(409);
        assertThat(sluice.alice().get(path).json().path("prompt").stringValue()).isEqualTo("under way");
    }

    private String statusOf(String id) {
        return sluice.alice().get("/v1/generations/" + id).json().path("status").stringValue("");
    }

    private JsonNode endingOf(String prompt) {
        return sluice.alice().ending(sluice.alice().accepted(prompt));
    }
}
