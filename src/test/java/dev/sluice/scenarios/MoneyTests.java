package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import dev.sluice.simulator.SubmitOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Nothing is paid twice, nothing paid for is lost, and nobody sees the upstream's 503. */
@SuppressWarnings("NullAway.Init")
class MoneyTests {

    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(Duration.ofMillis(200)))
                .withCredits(100_000));
        sluice = RunningSluice.inFrontOf(simulator, store, "sluice.upstream.submit-timeout=1s");
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
        // After a lost answer submits go one at a time until one is clear: the next test starts with a clear one.
        assertThat(sluice.alice()
                        .post("/v1/generations", Client.prompt("clear"))
                        .status())
                .isEqualTo(200);
    }

    @Nested
    class WhenTheUpstreamIsBusy {

        @Test
        void completesEverythingThroughAStormOf503s() {
            simulator.allowTasks(2);
            simulator.faults().nextSubmits(10).answerBusy();

            List<CompletableFuture<Answer>> answers = IntStream.range(0, 30)
                    .mapToObj(i -> sluice.alice().postLater("/v1/generations", Client.prompt("storm " + i)))
                    .toList();

            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.join().status()).isEqualTo(200);
                assertThat(answer.join().json().path("status").stringValue()).isEqualTo("completed");
            });
            assertThat(IntStream.range(0, 30))
                    .allSatisfy(i -> assertThat(simulator.ledger().accepted("storm " + i))
                            .hasSize(1));
        }

        @Test
        void putsTheGenerationBackAndSaysWhatItWaitsFor() {
            simulator.faults().submitsOf("patience").times(3).answerBusy();

            List<Event> recorded = sluice.alice().streamOf("patience").untilItEnds();

            assertThat(EventStream.names(recorded))
                    .containsExactly(
                            "queued",
                            "submitting",
                            "queued",
                            "submitting",
                            "queued",
                            "submitting",
                            "queued",
                            "submitting",
                            "processing",
                            "completed");
            assertThat(recorded.get(2)
                            .json()
                            .path("progress")
                            .path("waitingFor")
                            .stringValue())
                    .isEqualTo("busy");
            assertThat(recorded.get(2).json().path("credits").path("atRisk").isMissingNode())
                    .isTrue();
        }

        @Test
        void leavesItAloneForAsLongAsItAsks() {
            simulator.faults().submitsOf("retry after").times(1).answerBusy(Duration.ofSeconds(1));

            List<Event> recorded = sluice.alice().streamOf("retry after").untilItEnds();

            assertThat(Duration.between(
                            instant(recorded.get(1), "submittedAt"), instant(recorded.get(3), "submittedAt")))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }

        @Test
        void takes429ForBusyToo() {
            simulator.faults().submitsOf("too many").times(2).answer(429);

            assertThat(endingOf("too many").path("status").stringValue()).isEqualTo("completed");
            assertThat(simulator.ledger().accepted("too many")).hasSize(1);
        }

        private static Instant instant(Event event, String field) {
            return Instant.parse(event.json().path(field).stringValue());
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class WhenAnAnswerIsLost {

        Stream<Arguments> waysToLoseIt() {
            return Stream.of(
                    way("the connection is closed", SubmitOrder::loseTheAnswer),
                    way("the connection is reset", SubmitOrder::resetAfterAccepting),
                    way("it comes too late", order -> order.delayTheAnswer(Duration.ofSeconds(5))),
                    way("it is garbage", SubmitOrder::answerGarbage),
                    way("it is cut off", SubmitOrder::answerTruncated),
                    way("it has no id", SubmitOrder::answerWithoutId),
                    way("it is 500", order -> order.acceptButAnswer(500)),
                    way("it is 502", order -> order.acceptButAnswer(502)),
                    way("it is 504", order -> order.acceptButAnswer(504)),
                    way("it is a 503 that is not server_busy", order -> order.acceptButAnswer(503)),
                    way("it is a redirect", order -> order.redirect(307)),
                    way("it is a permanent redirect", order -> order.redirect(308)));
        }

        private static Arguments way(String name, Consumer<SubmitOrder> order) {
            return Arguments.of(Named.of(name, order), name);
        }

        @ParameterizedTest
        @MethodSource("waysToLoseIt")
        void isHonestAndNeverSubmitsAgain(Consumer<SubmitOrder> order, String prompt) {
            order.accept(simulator.faults().submitsOf(prompt));

            JsonNode ending = endingOf(prompt);

            assertThat(ending.path("status").stringValue()).isEqualTo("unknown");
            assertThat(ending.path("error").path("type").stringValue()).isEqualTo("urn:sluice:problem:outcome-unknown");
            assertThat(ending.path("error").path("detail").stringValue())
                    .contains("may have been accepted and charged", "does not send it again");
            assertThat(ending.path("credits").path("atRisk").longValue()).isEqualTo(1);
            assertThat(simulator.ledger().submitsReceived(prompt)).isEqualTo(1);
        }
    }

    @Nested
    class WhenTheSubmitIsRefused {

        @Test
        void rejectsItUncharged() {
            simulator.faults().submitsOf("refused").answer(422);

            JsonNode ending = endingOf("refused");

            assertThat(ending.path("status").stringValue()).isEqualTo("rejected");
            assertThat(ending.path("credits").path("used").longValue()).isZero();
            assertThat(ending.path("error").path("status").intValue()).isEqualTo(400);
        }

        @Test
        void tellsThatTheAccountIsEmpty() {
            simulator.faults().submitsOf("broke").answer(402);

            assertThat(endingOf("broke").path("error").path("status").intValue())
                    .isEqualTo(402);
        }

        @Test
        void tellsTheSafetyChecksObjectionAndThatItCost() {
            simulator.faults().submitsOf("unsafe at once").warn();

            JsonNode ending = endingOf("unsafe at once");

            assertThat(ending.path("status").stringValue()).isEqualTo("failed");
            assertThat(ending.path("error").path("type").stringValue()).isEqualTo("urn:sluice:problem:content-safety");
            assertThat(ending.path("credits").path("used").longValue()).isEqualTo(1);
        }
    }

    @Nested
    class WhenTheUpstreamIsAway {

        @Test
        void submitsOnceItIsBackBecauseNothingWasSent() {
            simulator.goDown();
            String id = sluice.alice().accepted("while you were out");
            await().untilAsserted(() -> assertThat(sluice.alice()
                            .get("/v1/generations/" + id)
                            .json()
                            .path("progress")
                            .path("waitingFor")
                            .stringValue(""))
                    .isEqualTo("circuit"));

            simulator.comeBack();

            assertThat(sluice.alice().ending(id).path("status").stringValue()).isEqualTo("completed");
            assertThat(simulator.ledger().accepted("while you were out")).hasSize(1);
        }

        @Test
        void stillFindsTheEndingOfWhatWasPaidForBefore() {
            String id = sluice.alice().accepted("paid before [slow]");
            await().untilAsserted(() -> assertThat(status(id)).isEqualTo("processing"));

            simulator.goDown();
            await().during(Duration.ofMillis(700))
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> status(id).equals("processing"));
            simulator.comeBack();

            assertThat(sluice.alice().ending(id).path("status").stringValue()).isEqualTo("completed");
        }

        @Test
        void takesPollsWithoutAnAnswerForNoEnding() {
            simulator.faults().pollsOf("bad polls").times(2).answer(500);
            simulator.faults().pollsOf("worse polls").times(2).answer(404);
            simulator.faults().pollsOf("worst polls").times(2).answerGarbage();
            simulator.faults().pollsOf("odd polls").times(2).sayStatus("rendering");

            assertThat(List.of("bad polls", "worse polls", "worst polls", "odd polls"))
                    .allSatisfy(
                            prompt -> assertThat(endingOf(prompt).path("status").stringValue())
                                    .isEqualTo("completed"));
        }
    }

    @Nested
    class WhenTheCallerWithdraws {

        @Test
        void cancelsWhatIsQueued() {
            simulator.faults().everySubmit().answerBusy(Duration.ofSeconds(1));
            String id = sluice.alice().accepted("withdrawn");
            await().until(() -> status(id).equals("queued"));

            Answer answer = sluice.alice().delete("/v1/generations/" + id);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("status").stringValue()).isEqualTo("cancelled");
            simulator.faults().clear();
            assertThat(sluice.alice().delete("/v1/generations/" + id).status()).isEqualTo(409);
            assertThat(simulator.ledger().accepted("withdrawn")).isEmpty();
        }

        @Test
        void withdrawsWhatIsOnItsWayIfItIsNotTaken() {
            simulator.faults().submitsOf("on its way").delayTheAnswer(Duration.ofMillis(500));
            simulator.faults().submitsOf("on its way").answerBusy();
            String id = sluice.alice().accepted("on its way");
            await().until(() ->
                    !status(id).equals("queued") || simulator.ledger().submitsReceived("on its way") > 0);

            int answer = sluice.alice().delete("/v1/generations/" + id).status();

            assertThat(answer).isIn(200, 202);
            assertThat(sluice.alice().ending(id).path("status").stringValue()).isEqualTo("cancelled");
        }

        @Test
        void cannotTakeBackWhatIsPaidFor() {
            String id = sluice.alice().accepted("paid for [slow]");
            await().until(() -> status(id).equals("processing"));

            assertThat(sluice.alice().delete("/v1/generations/" + id).status()).isEqualTo(409);
            assertThat(sluice.bob().delete("/v1/generations/" + id).status()).isEqualTo(404);
        }
    }

    @Test
    void goesOnWithAGenerationThatNobodyWatchesAnyMore() {
        EventStream left = sluice.alice().streamOf("left alone");
        String id = left.awaits("submitting").json().path("id").stringValue();
        left.close();

        assertThat(sluice.alice().ending(id).path("status").stringValue()).isEqualTo("completed");
        assertThat(simulator.ledger().accepted("left alone")).hasSize(1);
    }

    private static JsonNode endingOf(String prompt) {
        return sluice.alice().ending(sluice.alice().accepted(prompt));
    }

    private static String status(String id) {
        return sluice.alice().get("/v1/generations/" + id).json().path("status").stringValue();
    }
}
