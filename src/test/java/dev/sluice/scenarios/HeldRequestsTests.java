package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A drop-in request is held until its generation has a place; this is about those whose caller does not wait for it. */
@SuppressWarnings("NullAway.Init")
class HeldRequestsTests {

    private static final Duration TAKES = Duration.ofMillis(300);
    private static final Duration LITTLE_LATER = Duration.ofNanos(50_000);
    private static final String GENERATE = "/api/v1/generate";

    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(
                SimulatorSettings.defaults().withPace(Pace.fixed(TAKES)).withCredits(100_000));
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
        simulator.allowTasks(10);
        simulator.keep(Pace.fixed(TAKES));
    }

    @Nested
    class WhoseCallerGoesAway {

        @ParameterizedTest
        @ValueSource(strings = {"async", "sync", "stream"})
        void areWithdrawnWhileQueued(String mode) {
            String prompt = "left in the queue, " + mode;
            simulator.allowTasks(0);

            try (Line line = line(prompt, mode)) {
                await().until(() -> statusOf(prompt).equals("queued"));
                assertThat(line).isNotNull();
            }

            await().until(() -> statusOf(prompt).equals("cancelled"));
            simulator.allowTasks(10);
            assertThatTheNextGoesThrough();
            assertThat(simulator.ledger().accepted(prompt)).isEmpty();
        }

        @Test
        void areWithdrawnHoweverEarlyTheyLeave() {
            simulator.allowTasks(0);

            for (int i = 0; i < 100; i++) {
                try (Line line = line("hardly there", "async")) {
                    assertThat(line).isNotNull();
                    LockSupport.parkNanos(i * LITTLE_LATER.toNanos());
                }
            }

            await().until(() -> alices("queued,submitting").isEmpty());
            simulator.allowTasks(10);
            assertThatTheNextGoesThrough();
            assertThat(simulator.ledger().accepted("hardly there")).isEmpty();
        }

        @Test
        void areWithdrawnWhenASubmitOnItsWayComesBackBusy() {
            simulator.allowTasks(0);
            simulator.faults().submitsOf("left on the way").delayTheAnswer(Duration.ofMillis(700));

            try (Line line = line("left on the way", "async")) {
                await().until(() -> statusOf("left on the way").equals("submitting"));
                assertThat(line).isNotNull();
            }

            await().until(() -> statusOf("left on the way").equals("cancelled"));
            assertThat(simulator.ledger().submitsReceived("left on the way")).isEqualTo(1);
        }

        @Test
        void goOnWhenASubmitOnItsWayIsAccepted() {
            simulator.faults().submitsOf("accepted meanwhile").delayTheAnswer(Duration.ofMillis(700));

            try (Line line = line("accepted meanwhile", "sync")) {
                await().until(() -> statusOf("accepted meanwhile").equals("submitting"));
                assertThat(line).isNotNull();
            }

            await().until(() -> statusOf("accepted meanwhile").equals("completed"));
            assertThat(simulator.ledger().accepted("accepted meanwhile")).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"sync", "stream"})
        void goOnToTheirEndWhileProcessing(String mode) {
            String prompt = "left while processing, " + mode;

            try (Line line = line(prompt, mode)) {
                await().until(() -> statusOf(prompt).equals("processing"));
                assertThat(line).isNotNull();
            }

            await().until(() -> statusOf(prompt).equals("completed"));
            assertThat(simulator.ledger().accepted(prompt)).hasSize(1);
        }

        @Test
        void stayWhoeverJoinedThemAndLeft() {
            simulator.allowTasks(0);
            String id = sluice.alice().accepted("watched by a guest");

            EventStream guest = sluice.alice()
                    .postStream(GENERATE, Client.prompt("watched by a guest"), "Last-Event-ID", id + ".0");
            await().until(() -> !guest.recorded().isEmpty());
            guest.close();

            simulator.allowTasks(10);
            assertThat(sluice.alice().ending(id).path("status").stringValue()).isEqualTo("completed");
        }
    }

    @Nested
    class WhenSluiceShutsDown {

        @Test
        void tellTheIdOfWhatIsPaidForAndWithdrawWhatIsNot(@TempDir Path store) {
            simulator.keep(Pace.fixed(Duration.ofSeconds(2)));
            simulator.allowTasks(1);
            RunningSluice first = RunningSluice.inFrontOf(simulator, store);
            CompletableFuture<Answer> paid = first.alice().postLater(GENERATE, "{\"prompt\":\"paid already\"}");
            await().until(() -> itemsOf(first.alice(), "?status=processing").size() == 1);
            CompletableFuture<Answer> async =
                    first.alice().postLater(GENERATE, "{\"prompt\":\"no place async\",\"mode\":\"async\"}");
            CompletableFuture<Answer> sync = first.alice().postLater(GENERATE, "{\"prompt\":\"no place sync\"}");
            EventStream stream =
                    first.alice().postStream(GENERATE, "{\"prompt\":\"no place stream\",\"mode\":\"stream\"}");
            await().until(() -> itemsOf(first.alice(), "?status=queued").size() == 3);

            first.close();

            assertThat(stream.untilItEnds()).isNotEmpty();
            for (Answer answer : List.of(async.join(), sync.join())) {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.json().path("type").stringValue()).isEqualTo("server_busy");
                assertThat(answer.header("Retry-After")).isNotEmpty();
            }
            assertThat(paid.join().status()).isEqualTo(504);
            String id = paid.join().json().path("generationId").stringValue();
            assertThat(simulator.ledger().accepted("paid already").getFirst().generationId())
                    .isEqualTo(id);
            try (RunningSluice second = RunningSluice.inFrontOf(simulator, store)) {
                assertThat(itemsOf(second.alice(), "?status=cancelled")).hasSize(3);
                await().until(() -> second.alice()
                        .get(GENERATE + "?id=" + id)
                        .json()
                        .at("/data/processingStatus")
                        .stringValue()
                        .equals("completed"));
            }
        }
    }

    @Test
    void areWithdrawnWhenTheProcessThatHeldThemWasKilled(@TempDir Path store) {
        simulator.faults().everySubmit().answerBusy(Duration.ofSeconds(30));
        long before = simulator.ledger().submitsReceived();
        try (ChildSluice first = ChildSluice.inFrontOf(simulator, store).awaitReady()) {
            CompletableFuture<Answer> held = first.alice().postLater(GENERATE, "{\"prompt\":\"held until the kill\"}");
            CompletableFuture<Answer> found =
                    first.alice().postLater(GENERATE, "{\"prompt\":\"found by its key\"}", "Idempotency-Key", "found");
            await().until(() -> simulator.ledger().submitsReceived() > before
                    && itemsOf(first.alice(), "?status=queued").size() == 2);

            first.kill();

            await().until(() -> held.isCompletedExceptionally() && found.isCompletedExceptionally());
        }
        simulator.faults().clear();
        try (RunningSluice second = RunningSluice.inFrontOf(simulator, store)) {
            assertThat(second.alice()
                            .post(GENERATE, "{\"prompt\":\"found by its key\"}", "Idempotency-Key", "found")
                            .status())
                    .isEqualTo(200);
            assertThat(itemsOf(second.alice(), "?status=cancelled"))
                    .extracting(item -> item.path("prompt").stringValue())
                    .containsExactly("held until the kill");
        }
        assertThat(simulator.ledger().accepted("held until the kill")).isEmpty();
        assertThat(simulator.ledger().accepted("found by its key")).hasSize(1);
    }

    private static Line line(String prompt, String mode) {
        String body = Client.JSON
                .createObjectNode()
                .put("prompt", prompt)
                .put("mode", mode)
                .toString();
        return Line.to(sluice.api()).send("POST", GENERATE, RunningSluice.ALICE, body);
    }

    private static void assertThatTheNextGoesThrough() {
        assertThat(sluice.alice().ending(sluice.alice().accepted("the next")).path("status"))
                .hasToString("\"completed\"");
    }

    private static String statusOf(String prompt) {
        return alices("").stream()
                .filter(item -> item.path("prompt").stringValue().equals(prompt))
                .map(item -> item.path("status").stringValue())
                .findFirst()
                .orElse("");
    }

    private static List<JsonNode> alices(String statuses) {
        return itemsOf(sluice.alice(), "?limit=100" + (statuses.isEmpty() ? "" : "&status=" + statuses));
    }

    private static List<JsonNode> itemsOf(Client client, String query) {
        return new ArrayList<>(
                client.get("/v1/generations" + query).json().path("items").values());
    }
}
