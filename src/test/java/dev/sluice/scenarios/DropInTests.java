package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.simulator.Ledger.Submit;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@SuppressWarnings("NullAway.Init")
class DropInTests {

    private static final Duration TAKES = Duration.ofMillis(150);
    private static final String GENERATE = "/api/v1/generate";

    private static Simulator simulator;
    private static RunningSluice sluice;
    private static RunningSluice hurried;

    @BeforeAll
    static void start(@TempDir Path store, @TempDir Path another) {
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(TAKES))
                .withHeartbeat(Duration.ofMillis(100))
                .withCredits(100_000));
        sluice = RunningSluice.inFrontOf(simulator, store, FEIGNED);
        hurried = RunningSluice.inFrontOf(
                simulator,
                another,
                "sluice.admission.drop-in-max-wait=1s",
                FEIGNED,
                "sluice.admission.queue-capacity=1",
                "sluice.polling.max-attempts=2",
                "sluice.polling.overdue-interval=100ms",
                "sluice.polling.overdue-for=600ms",
                "sluice.stream.max-per-client=1");
    }

    /** Busy answers to order tell nothing of a limit. */
    private static final String FEIGNED = "sluice.admission.limit.min=10";

    @AfterAll
    static void stop() {
        hurried.close();
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
    class ModeAsync {

        @Test
        void answersWhatTheUpstreamAnsweredToTheLetter() {
            String answered = """
                {"success": true, "async":true, "generationId":"clodd1", "message":"Submitted…",
                 "creditsUsed":1,"remainingCredits":99, "queue":{"eta":7.50,"lane":null}}\
                """;
            simulator.faults().submitsOf("odd").answer(200, "application/json", answered);

            Answer answer = post("odd", "async");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).startsWith("application/json");
            assertThat(answer.body()).isEqualTo(answered);
        }

        @Test
        void answersWithTheUpstreamsIdAndBeforeTheEnding() {
            Answer answer = post("quick [slow]", "async");

            assertThat(answer.json().path("generationId").stringValue())
                    .isEqualTo(paid("quick [slow]").generationId());
            assertThat(poll(paid("quick [slow]").generationId())
                            .at("/data/processingStatus")
                            .stringValue())
                    .isEqualTo("processing");
        }

        @Test
        void waitsInTheQueueRatherThanPassABusyAnswerOn() {
            simulator.faults().nextSubmits(3).answerBusy();

            Answer answer = post("patience", "async");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("generationId").stringValue())
                    .isEqualTo(paid("patience").generationId());
            assertThat(simulator.ledger().submitsReceived("patience")).isEqualTo(4);
        }

        @Test
        void answersAsTheBusyUpstreamWouldWhenTheWaitIsOverAndWithdraws() {
            simulator.allowTasks(0);

            Answer answer = hurried.alice().post(GENERATE, body("no place", "async"));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("error").stringValue())
                    .isEqualTo("Server is busy, too many concurrent tasks. Please retry later.");
            assertThat(answer.json().path("type").stringValue()).isEqualTo("server_busy");
            assertThat(answer.json().path("activeTasks").isInt()).isTrue();
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
            assertThat(newestStatus(hurried)).isEqualTo("rejected");
            simulator.allowTasks(10);
            assertThat(hurried.alice()
                            .post(GENERATE, body("a place again", "async"))
                            .status())
                    .isEqualTo(200);
            assertThat(simulator.ledger().accepted("no place")).isEmpty();
        }

        @Test
        void answersTheWarningOrTheFailureThatTheUpstreamAnsweredAtOnce() {
            simulator.faults().submitsOf("warned at once").warn();
            simulator.faults().submitsOf("failed at once").failAndCharge();

            Answer warned = post("warned at once", "async");
            Answer failed = post("failed at once", "async");

            assertThat(warned.status()).isEqualTo(200);
            assertThat(warned.json().path("warning").booleanValue()).isTrue();
            assertThat(failed.status()).isEqualTo(200);
            assertThat(failed.json().path("success").booleanValue()).isFalse();
            assertThat(failed.json().path("generationId").stringValue())
                    .isEqualTo(paid("failed at once").generationId());
        }
    }

    @Nested
    class ModeSync {

        @ParameterizedTest
        @ValueSource(strings = {"sync", ""})
        void answersWithThePicturesAndIsMeantByNoMode(String mode) {
            String prompt = "pictures [many], mode " + mode;

            Answer answer = post(prompt, mode);

            assertThat(answer.status()).isEqualTo(200);
            JsonNode json = answer.json();
            assertThat(json.path("success").booleanValue()).isTrue();
            assertThat(json.path("generationId").stringValue())
                    .isEqualTo(paid(prompt).generationId());
            assertThat(json.path("imageUrls").values())
                    .hasSize(4)
                    .allMatch(url ->
                            url.stringValue().startsWith(simulator.baseUrl().toString()));
            assertThat(json.path("creditsUsed").longValue())
                    .isEqualTo(paid(prompt).credits());
            assertThat(json.path("remainingCredits").isNumber()).isTrue();
            assertThat(paid(prompt).mode()).isEqualTo("async");
        }

        @Test
        void answersWithTheWarningThatTheSubmitWasAnsweredWith() {
            simulator.faults().submitsOf("objected at once").warn();

            assertThatItIsAWarning("objected at once", post("objected at once", "sync"));
        }

        @Test
        void answersWithTheWarningThatAPollTold() {
            simulator.faults().pollsOf("objected later").answer(200, "application/json", """
                {"data":{"id":"x","processingStatus":"failed","warning":true,"errorMessage":"Not shown to anybody"}}\
                """);

            Answer answer = post("objected later", "sync");

            assertThatItIsAWarning("objected later", answer);
            assertThat(answer.json().path("message").stringValue()).contains("Not shown to anybody");
        }

        private static void assertThatItIsAWarning(String prompt, Answer answer) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("success").booleanValue(true)).isFalse();
            assertThat(answer.json().path("warning").booleanValue()).isTrue();
            assertThat(answer.json().path("message").stringValue()).isNotBlank();
            assertThat(answer.json().path("generationId").stringValue())
                    .isEqualTo(paid(prompt).generationId());
            assertThat(answer.json().path("creditsUsed").longValue())
                    .isEqualTo(paid(prompt).credits());
        }

        @Test
        void answers504WithTheIdToPollByWhenItIsOverdue() {
            Answer answer = hurried.alice().post(GENERATE, body("overdue [slow]", "sync"));

            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.json().path("error").stringValue()).isNotBlank();
            String id = answer.json().path("generationId").stringValue();
            assertThat(id).isEqualTo(paid("overdue [slow]").generationId());
            assertThat(hurried.alice().get(GENERATE + "?id=" + id).json().at("/data/processingStatus"))
                    .hasToString("\"processing\"");
        }

        @Test
        void answers500WhenItFailed() {
            Answer answer = post("a vase [fail]", "sync");

            assertThatItIsAnError(500, answer);
            assertThat(simulator.ledger().accepted("a vase [fail]")).hasSize(1);
        }
    }

    @Nested
    class ModeStream {

        @Test
        void tellsTheDocumentedEventsWithIds() {
            EventStream stream = stream("a fox");

            List<Event> recorded = stream.untilItEnds();

            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
            assertThat(stream.header("Cache-Control")).contains("no-store");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(stream.events())
                    .allMatch(event -> event.name().isEmpty())
                    .allSatisfy(event -> {
                        assertThat(event.json().path("message").stringValue()).isNotBlank();
                        assertThat(event.json().path("progress").intValue(-1)).isBetween(0, 100);
                    });
            assertThat(recorded)
                    .extracting(event -> event.json().path("type").stringValue())
                    .containsExactly("status", "status", "status", "complete");
            assertThat(recorded)
                    .extracting(event -> event.id().replaceFirst("gen_[^.]+", ""))
                    .containsExactly(".1", ".2", ".3", ".4");
            JsonNode complete = recorded.getLast().json();
            assertThat(complete.path("progress").intValue()).isEqualTo(100);
            assertThat(complete.at("/data/success").booleanValue()).isTrue();
            assertThat(complete.at("/data/imageUrls/0").stringValue())
                    .startsWith(simulator.baseUrl().toString());
        }

        @Test
        void tellsTheGenerationIdOnceThereIsOne() {
            List<Event> recorded = stream("an id").untilItEnds();

            assertThat(recorded)
                    .extracting(event -> event.json().path("generationId").stringValue("none yet"))
                    .containsExactly(
                            "none yet",
                            "none yet",
                            paid("an id").generationId(),
                            paid("an id").generationId());
        }

        @Test
        void neverLetsTheProgressFallAsTheUpstreamsOwnDoes() {
            simulator.keep(Pace.fixed(Duration.ofMillis(1500)));

            EventStream upstreams = new Client(simulator.baseUrl(), SimulatorSettings.KEY)
                    .postStream(GENERATE, body("back and forth", "stream"));
            EventStream ours = stream("only forth");
            upstreams.untilItEnds();
            ours.untilItEnds();

            assertThat(progress(upstreams))
                    .isNotEqualTo(progress(upstreams).stream().sorted().toList());
            assertThat(progress(ours)).isSorted().endsWith(100);
            assertThat(ours.events()).anyMatch(event -> !event.isRecorded());
        }

        private static List<Integer> progress(EventStream stream) {
            return stream.events().stream()
                    .map(event -> event.json().path("progress").intValue())
                    .toList();
        }

        @Test
        void tellsWhyThereIsNoPicture() {
            JsonNode failed = stream("broken [fail]").untilItEnds().getLast().json();

            assertThat(failed.path("type").stringValue()).isEqualTo("error");
            assertThat(failed.at("/data/success").booleanValue(true)).isFalse();
            assertThat(failed.at("/data/error").stringValue())
                    .isEqualTo(failed.path("message").stringValue())
                    .isNotBlank();
            assertThat(failed.path("generationId").stringValue())
                    .isEqualTo(paid("broken [fail]").generationId());
        }

        @Test
        void goesOnWhereItWasForACallerThatSendsItAgain() {
            simulator.keep(Pace.fixed(Duration.ofMillis(700)));
            EventStream cut = stream("a cut line");
            await().until(() -> cut.recorded().size() == 3);
            cut.close();

            EventStream again =
                    stream("a cut line", "Last-Event-ID", cut.recorded().get(1).id());
            EventStream onceMore =
                    stream("a cut line", "Last-Event-ID", cut.recorded().get(2).id());

            assertThat(again.untilItEnds())
                    .hasSize(2)
                    .first()
                    .extracting(Event::id)
                    .isEqualTo(cut.recorded().get(2).id());
            assertThat(onceMore.untilItEnds()).hasSize(1);
            assertThat(simulator.ledger().accepted("a cut line")).hasSize(1);
        }

        @Test
        void refusesALastEventIdThatNamesNothingOfTheCallers() {
            String bobs = sluice.bob().accepted("bob's own");

            for (String id : List.of("nonsense", "", bobs + ".1", "gen_01jd0000000000000000000000.1")) {
                assertThatItIsAnError(
                        400, sluice.alice().post(GENERATE, body("never created", "stream"), "Last-Event-ID", id));
            }
            assertThat(simulator.ledger().submitsReceived("never created")).isZero();
        }

        @Test
        void refusesOneStreamTooManyBeforeItCostsAnything() {
            simulator.allowTasks(0);
            EventStream first = hurried.alice().postStream(GENERATE, body("the only stream", "stream"));
            await().until(() -> !first.recorded().isEmpty());

            Answer second = hurried.alice().post(GENERATE, body("one stream too many", "stream"));

            assertThatItIsAnError(503, second);
            assertThat(second.header("Retry-After")).isNotEmpty();
            first.close();
            assertThat(simulator.ledger().submitsReceived("one stream too many"))
                    .isZero();
        }
    }

    @Nested
    class Polls {

        @Test
        void lookLikeTheUpstreamsWhileItIsUnderWay() {
            String id = post("under way [slow]", "async")
                    .json()
                    .path("generationId")
                    .stringValue();

            JsonNode ours = poll(id).path("data");
            JsonNode upstreams = new Client(simulator.baseUrl(), SimulatorSettings.KEY)
                    .get(GENERATE + "?id=" + id)
                    .json()
                    .path("data");

            for (String field : List.of("id", "prompt", "outputImageUrls", "processingStatus", "creditsUsed")) {
                assertThat(ours.path(field)).as(field).isEqualTo(upstreams.path(field));
            }
            assertThat(ours.has("modelUsed")).isTrue();
            assertThat(ours.path("createdAt").stringValue()).endsWith("Z");
        }

        @Test
        void tellTheEndingAsTheUpstreamToldItWithFieldsThatNobodyDocuments() {
            post("unknown fields", "sync");
            String id = paid("unknown fields").generationId();

            JsonNode upstreams = new Client(simulator.baseUrl(), SimulatorSettings.KEY)
                    .get(GENERATE + "?id=" + id)
                    .json();

            assertThat(poll(id)).isEqualTo(upstreams);
            assertThat(upstreams.path("data").has("seed")).isTrue();
        }

        @Test
        void keepEveryDigit() {
            simulator.faults().pollsOf("digits").answer(200, "application/json", """
                {"data":{"id":"x","processingStatus":"completed","outputImageUrls":["https://a.example/1.png"],
                "score":0.70,"cost":12345678901234567.0123456789,"more":{"a":[null,1E+2]}}}\
                """);

            post("digits", "sync");

            assertThat(sluice.alice()
                            .get(GENERATE + "?id=" + paid("digits").generationId())
                            .body())
                    .contains("\"score\":0.70", "\"cost\":12345678901234567.0123456789", "{\"a\":[null,1E+2]}");
        }

        @Test
        void tellTheFailureInTheUpstreamsWords() {
            post("a broken vase [fail]", "sync");

            JsonNode data = poll(paid("a broken vase [fail]").generationId()).path("data");

            assertThat(data.path("processingStatus").stringValue()).isEqualTo("failed");
            assertThat(data.path("errorMessage").stringValue()).isNotBlank().doesNotContain("The image API says");
        }

        @Test
        void askNothingOfTheUpstreamHoweverManyTheyAre() {
            simulator.faults().submitsOf("much polled").delayTheAnswer(Duration.ofSeconds(2));
            String ours = sluice.alice().accepted("much polled");
            long before = requestsToTheUpstream();
            for (int i = 0; i < 50; i++) {
                assertThat(poll(ours).at("/data/processingStatus").stringValue())
                        .isEqualTo("processing");
            }
            assertThat(requestsToTheUpstream() - before)
                    .as("but for the submit")
                    .isLessThanOrEqualTo(1);

            sluice.alice().ending(ours);
            long ended = requestsToTheUpstream();
            for (int i = 0; i < 50; i++) {
                assertThat(poll(paid("much polled").generationId()).at("/data/processingStatus"))
                        .hasToString("\"completed\"");
            }
            assertThat(requestsToTheUpstream() - ended)
                    .as("but for one that was on its way for something else")
                    .isLessThanOrEqualTo(1);
        }

        @Test
        void takeTheUpstreamsIdOrSluices() {
            String ours = sluice.alice().accepted("two ids");
            sluice.alice().ending(ours);

            assertThat(poll(ours)).isEqualTo(poll(paid("two ids").generationId()));
        }

        @Test
        void tellWhatNeverGotAPlaceAsFailedAndFree() {
            simulator.allowTasks(0);
            String ours = sluice.alice().accepted("withdrawn");
            assertThat(poll(ours).at("/data/processingStatus").stringValue()).isEqualTo("processing");
            sluice.alice().delete("/v1/generations/" + ours);
            sluice.alice().ending(ours);

            JsonNode data = poll(ours).path("data");

            assertThat(data.path("processingStatus").stringValue()).isEqualTo("failed");
            assertThat(data.path("errorMessage").stringValue()).contains("nothing was charged");
            assertThat(data.path("creditsUsed").longValue(-1)).isZero();
        }

        @Test
        void tellWhatWasGivenUpAsFailedThoughPaid() {
            hurried.alice().post(GENERATE, body("given up [slow]", "sync"));
            String id = paid("given up [slow]").generationId();

            await().untilAsserted(() -> assertThat(
                            hurried.alice().get(GENERATE + "?id=" + id).json().at("/data/processingStatus"))
                    .hasToString("\"failed\""));
            assertThat(hurried.alice().get(GENERATE + "?id=" + id).json().at("/data/creditsUsed"))
                    .hasToString("1");
        }

        @Test
        void areTheSame404ForWhatIsSomebodyElsesAndWhatIsNot() {
            String bobs = sluice.bob().accepted("bob's picture");
            sluice.bob().ending(bobs);

            Answer missing = sluice.alice().get(GENERATE + "?id=clnobodys");

            assertThatItIsAnError(404, missing);
            for (String hidden :
                    List.of(bobs, paid("bob's picture").generationId(), "gen_01jd0000000000000000000000")) {
                Answer answer = sluice.alice().get(GENERATE + "?id=" + hidden);
                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.body()).isEqualTo(missing.body());
            }
            assertThat(simulator.ledger().polls("clnobodys")).isEmpty();
        }

        @Test
        void needAnId() {
            assertThatItIsAnError(400, sluice.alice().get(GENERATE));
            assertThatItIsAnError(400, sluice.alice().get(GENERATE + "?id="));
        }
    }

    @Nested
    class WhatWasErased {

        @Test
        void isToldAsCompletedToWhoPollsWithoutItsWordsAndPictures() {
            erase(ended("my secret garden"));

            JsonNode data = poll(paid("my secret garden").generationId()).path("data");

            assertThat(data.path("processingStatus").stringValue()).isEqualTo("completed");
            assertThat(data.path("id").stringValue())
                    .isEqualTo(paid("my secret garden").generationId());
            assertThat(data.path("outputImageUrls").isArray()).isTrue();
            assertThat(data.path("outputImageUrls").values()).isEmpty();
            assertThat(data.path("prompt").stringValue()).isEmpty();
            assertThat(data.path("creditsUsed").longValue())
                    .isEqualTo(paid("my secret garden").credits());
            assertThat(data.path("createdAt").stringValue()).endsWith("Z");
            assertThat(data.has("errorMessage")).isFalse();
        }

        @Test
        void isToldAsFailedToWhoPolls() {
            erase(ended("my broken vase [fail]"));

            JsonNode data = poll(paid("my broken vase [fail]").generationId()).path("data");

            assertThat(data.path("processingStatus").stringValue()).isEqualTo("failed");
            assertThat(data.path("errorMessage").stringValue()).isNotBlank().doesNotContain("vase");
            assertThat(data.path("outputImageUrls").isNull()).isTrue();
            assertThat(data.path("prompt").stringValue()).isEmpty();
        }

        @Test
        void isFoundAgainUnderItsKeyByWhoWantedOnlyTheAnswerToTheSubmit() {
            JsonNode before = keyed("my own secret").json();

            erase(ofTheNewest("completed"));
            Answer again = keyed("my own secret");

            assertThat(again.status()).isEqualTo(200);
            for (String field : List.of("success", "async", "generationId", "creditsUsed", "remainingCredits")) {
                assertThat(again.json().path(field)).as(field).isEqualTo(before.path(field));
            }
            assertThat(again.json().path("message").stringValue()).isNotBlank();
            assertThat(simulator.ledger().accepted("my own secret")).hasSize(1);
        }

        @Test
        void isFoundAgainUnderItsKeyAlsoWhenItWasWarnedOfOrFailedAtOnce() {
            simulator.faults().submitsOf("my warning").warn();
            simulator.faults().submitsOf("my failure").failAndCharge();
            for (String prompt : List.of("my warning", "my failure")) {
                JsonNode before = keyed(prompt).json();

                erase(ofTheNewest("failed"));
                Answer again = keyed(prompt);

                assertThat(again.status()).isEqualTo(200);
                for (String field : List.of("success", "warning", "generationId", "creditsUsed")) {
                    assertThat(again.json().path(field))
                            .as(prompt + " " + field)
                            .isEqualTo(before.path(field));
                }
                assertThat(again.body()).doesNotContain(prompt);
                assertThat(simulator.ledger().accepted(prompt)).hasSize(1);
            }
        }

        private static Answer keyed(String prompt) {
            return sluice.alice().post(GENERATE, body(prompt, "async"), "Idempotency-Key", prompt.replace(' ', '-'));
        }

        private static String ended(String prompt) {
            return sluice.alice()
                    .ending(sluice.alice().accepted(prompt))
                    .path("id")
                    .stringValue();
        }

        private static String ofTheNewest(String status) {
            await().until(() -> newestStatus(sluice).equals(status));
            return sluice.alice()
                    .get("/v1/generations?limit=1")
                    .json()
                    .at("/items/0/id")
                    .stringValue();
        }

        private static void erase(String id) {
            assertThat(sluice.alice()
                            .delete("/v1/generations/" + id + "?erase=true")
                            .status())
                    .isEqualTo(204);
        }
    }

    @Nested
    class PollsOfACallerWhoMayPassThrough {

        @Test
        void areAskedOfTheUpstreamForAnIdThatSluiceNeverSaw() {
            Client direct = new Client(simulator.baseUrl(), SimulatorSettings.KEY);
            String id = direct.post(GENERATE, body("before Sluice", "async"))
                    .json()
                    .path("generationId")
                    .stringValue();
            await().until(() -> direct.get(GENERATE + "?id=" + id).body().contains("completed"));

            assertThat(sluice.carol().get(GENERATE + "?id=" + id).body())
                    .isEqualTo(direct.get(GENERATE + "?id=" + id).body());
            assertThat(sluice.carol().get(GENERATE + "?id=clunheard").body())
                    .as("the same as for somebody else's")
                    .isEqualTo(sluice.alice().get(GENERATE + "?id=clunheard").body());
            assertThat(sluice.alice().get(GENERATE + "?id=" + id).status()).isEqualTo(404);
        }

        @Test
        void findNothingOfSomebodyElsesHoweverTheyAsk() {
            sluice.alice().ending(sluice.alice().accepted("alice's picture"));
            String alices = paid("alice's picture").generationId();
            long before = simulator.ledger().polls(alices).size();

            for (String query : List.of(
                    "id=" + alices,
                    "id=clnobodys&id=" + alices,
                    "id=clnobodys%26id%3D" + alices,
                    "id=%20" + alices,
                    "id=" + alices + "%00",
                    "id=" + alices + "%09")) {
                Answer answer = sluice.carol().get(GENERATE + "?" + query);

                assertThat(answer.status()).as(query).isEqualTo(404);
                assertThat(answer.body()).doesNotContain("alice's picture");
            }
            assertThat(simulator.ledger().polls(alices)).hasSize((int) before);
        }
    }

    @Nested
    class Errors {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "no json",
                    "[]",
                    "{}",
                    "{\"prompt\":\" \"}",
                    "{\"prompt\":\"x\",\"mode\":\"turbo\"}",
                    "{\"prompt\":\"x\",\"mode\":\"ASYNC\"}",
                    "{\"prompt\":\"x\",\"mode\":\"\"}",
                    "{\"prompt\":\"x\",\"mode\":1}",
                    "{\"prompt\":\"x\",\"sluice\":{\"priority\":\"now\"}}"
                })
        void are400ForWhatCannotBeMeant(String body) {
            assertThatItIsAnError(400, sluice.alice().post(GENERATE, body));
        }

        @Test
        void are401WithoutAKeyThatIsKnown() {
            Answer answer = sluice.client("nobody-s-key").post(GENERATE, body("x", "async"));

            assertThatItIsAnError(401, answer);
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThatItIsAnError(401, sluice.client("").get("/api/v1/credits"));
        }

        @Test
        void are413And415ForBodiesThatAreNotRead() {
            assertThatItIsAnError(413, sluice.alice().post(GENERATE, body("x".repeat(1_100_000), "async")));
            assertThatItIsAnError(415, sluice.alice().post(GENERATE, body("x", "async"), "Content-Type", "text/plain"));
        }

        @Test
        void areTheUpstreamsBusyAnswerWhenTheWaitingRoomIsFull() {
            simulator.faults().everySubmit().answerBusy(Duration.ofSeconds(1));
            CompletableFuture<Answer> held = hurried.alice().postLater(GENERATE, body("first in", "async"));
            await().until(() -> simulator.ledger().submitsReceived("first in") == 1
                    && newestStatus(hurried).equals("queued"));

            for (String mode : List.of("async", "sync", "stream")) {
                Answer answer = hurried.alice().post(GENERATE, body("second in", mode));

                assertThatItIsAnError(503, answer);
                assertThat(answer.json().path("type").stringValue()).isEqualTo("server_busy");
                assertThat(answer.header("Retry-After")).isNotEmpty();
            }
            assertThat(simulator.ledger().submitsReceived("second in")).isZero();
            assertThat(held.join().status()).isEqualTo(503);
        }

        @ParameterizedTest
        @CsvSource({"400,400", "402,402", "404,400", "422,400"})
        void tellARejectionByItsCause(int upstreams, int ours) {
            simulator.faults().everySubmit().answer(upstreams);

            for (String mode : List.of("async", "sync")) {
                assertThatItIsAnError(ours, post("refused with " + upstreams, mode));
            }
            assertThat(simulator.ledger().submitsReceived("refused with " + upstreams))
                    .isEqualTo(2);
        }

        @Test
        void tellARefusalThatCame200AsOne() {
            simulator.faults().everySubmit().refuse();

            Answer answer = post("refused with 200", "async");

            assertThatItIsAnError(400, answer);
            assertThat(answer.json().path("error").stringValue()).contains("The request was refused.");
        }

        @ParameterizedTest
        @ValueSource(strings = {"async", "sync"})
        void tellALostAnswerSoThatNobodyAsksAgainUnawares(String mode) {
            simulator.faults().nextSubmit().loseTheAnswer();

            Answer answer = post("lost, " + mode, mode);

            assertThatItIsAnError(502, answer);
            assertThat(answer.json().path("type").stringValue()).isEqualTo("outcome_unknown");
            assertThat(answer.header("Retry-After")).isEmpty();
            assertThat(simulator.ledger().submitsReceived("lost, " + mode)).isEqualTo(1);
        }

        @Test
        void tellWhichMethodsThereAre() {
            Answer answer = sluice.alice().delete(GENERATE);

            assertThatItIsAnError(405, answer);
            assertThat(answer.header("Allow")).contains("GET", "POST");
        }
    }

    private static void assertThatItIsAnError(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.json().path("error").stringValue()).isNotBlank();
        assertThat(answer.json().propertyNames()).isSubsetOf("error", "type", "activeTasks");
    }

    private static String body(String prompt, String mode) {
        var body = Client.JSON.createObjectNode().put("prompt", prompt);
        return (mode.isEmpty() ? body : body.put("mode", mode)).toString();
    }

    private static Answer post(String prompt, String mode) {
        return sluice.alice().post(GENERATE, body(prompt, mode));
    }

    private static EventStream stream(String prompt, String... headers) {
        return sluice.alice().postStream(GENERATE, body(prompt, "stream"), headers);
    }

    private static JsonNode poll(String id) {
        return sluice.alice().get(GENERATE + "?id=" + id).json();
    }

    /** The one submit of this prompt that was accepted and paid for. */
    private static Submit paid(String prompt) {
        List<Submit> submits = simulator.ledger().accepted(prompt);
        assertThat(submits).as(prompt).hasSize(1);
        return submits.getFirst();
    }

    private static long requestsToTheUpstream() {
        return simulator.ledger().requestsByPath().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static String newestStatus(RunningSluice of) {
        return of.alice()
                .get("/v1/generations?limit=1")
                .json()
                .at("/items/0/status")
                .stringValue("");
    }
}
