package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same key and body is the same generation, however often it is sent. */
@SuppressWarnings("NullAway.Init")
class IdempotencyTests {

    private static Path store;
    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path directory) {
        store = directory;
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(Duration.ofMillis(200)))
                .withCredits(100_000));
        sluice = RunningSluice.inFrontOf(simulator, store);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    @AfterEach
    void allGoesWellAgain() {
        simulator.faults().clear();
    }

    @Test
    void answersTheSameWhenItIsSentAgain() {
        Answer first = post("again", "\"k-again\"");
        Answer second = post("again", "\"k-again\"");

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.json().path("id")).isEqualTo(first.json().path("id"));
        assertThat(simulator.ledger().accepted("again")).hasSize(1);
    }

    @Test
    void takesTheQuotedFormAndTheBareOneForTheSameKey() {
        assertThat(post("quoted", "\"k-quoted\"").json().path("id"))
                .isEqualTo(post("quoted", "k-quoted").json().path("id"));
    }

    @Test
    void comparesWhatABodySaysAndNotHowItIsWritten() {
        Answer first = postBody("{\"prompt\":\"canonical\",\"n\":1.50,\"o\":{\"a\":1,\"b\":[1,2]}}", "k-canonical");
        Answer second = postBody(
                "{ \"o\" : {\"b\":[1, 2.0],\"a\":1e0}, \"n\":15e-1, \"prompt\":\"canon\\u0069cal\" }", "k-canonical");

        assertThat(second.json().path("id")).isEqualTo(first.json().path("id"));
        assertThat(postBody("{\"prompt\":\"canonical\",\"n\":1.51,\"o\":{\"a\":1,\"b\":[1,2]}}", "k-canonical")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void refusesAnotherBodyUnderTheSameKey() {
        post("one body", "k-bodies");

        Answer other = post("another body", "k-bodies");

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:idempotency-key-reused");
        assertThat(simulator.ledger().accepted("another body")).isEmpty();
    }

    @Test
    void joinsTheStreamOfTheSameGeneration() {
        List<EventStream> streams = IntStream.range(0, 5)
                .mapToObj(_ -> sluice.alice()
                        .postStream(
                                "/v1/generations",
                                Client.prompt("joined"),
                                "Accept",
                                "text/event-stream",
                                "Idempotency-Key",
                                "k-joined"))
                .toList();

        assertThat(streams.stream()
                        .map(stream -> stream.untilItEnds().toString())
                        .distinct())
                .hasSize(1);
        assertThat(simulator.ledger().accepted("joined")).hasSize(1);
    }

    @Test
    void makesOneGenerationOfManyRequestsAtTheSameInstant() {
        List<CompletableFuture<Answer>> answers = IntStream.range(0, 30)
                .mapToObj(_ -> sluice.alice()
                        .postLater("/v1/generations", Client.prompt("stampede"), "Idempotency-Key", "k-stampede"))
                .toList();

        assertThat(answers.stream()
                        .map(answer -> answer.join().json().path("id").stringValue())
                        .distinct())
                .hasSize(1);
        assertThat(simulator.ledger().accepted("stampede")).hasSize(1);
    }

    @Test
    void keepsCallersApart() {
        String alices = post("mine", "k-mine").json().path("id").stringValue();

        Answer bobs = sluice.bob().post("/v1/generations", Client.prompt("mine"), "Idempotency-Key", "k-mine");

        assertThat(bobs.json().path("id").stringValue()).isNotEqualTo(alices);
    }

    @Test
    void freesAKeyWhoseGenerationCostNothing() {
        simulator.faults().submitsOf("refused first").times(1).answer(422);
        Answer refused = post("refused first", "k-free");

        Answer again = post("refused first", "k-free");

        assertThat(refused.json().path("status").stringValue()).isEqualTo("rejected");
        assertThat(again.json().path("status").stringValue()).isEqualTo("completed");
    }

    @Test
    void bindsNothingByABadRequest() {
        assertThat(postBody("{\"prompt\":\" \"}", "k-bad").status()).isEqualTo(400);

        assertThat(post("good now", "k-bad").status()).isEqualTo(200);
    }

    @Test
    void stillKnowsItsKeysAfterARestart() {
        String before = post("restarted", "k-restart").json().path("id").stringValue();

        sluice.close();
        sluice = RunningSluice.inFrontOf(simulator, store);

        assertThat(post("restarted", "k-restart").json().path("id").stringValue())
                .isEqualTo(before);
        assertThat(simulator.ledger().accepted("restarted")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "\"\"", "two words", "\"open\"x", "a,b"})
    void refusesAKeyThatIsNone(String key) {
        assertThat(post("never", key).status()).isEqualTo(400);
        assertThat(simulator.ledger().accepted("never")).isEmpty();
    }

    private static Answer post(String prompt, String key) {
        return postBody(Client.prompt(prompt), key);
    }

    private static Answer postBody(String body, String key) {
        return sluice.alice().post("/v1/generations", body, "Idempotency-Key", key);
    }
}
