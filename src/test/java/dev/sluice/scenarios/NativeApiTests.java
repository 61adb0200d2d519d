package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@SuppressWarnings("NullAway.Init")
class NativeApiTests {

    private static final Duration TAKES = Duration.ofMillis(400);

    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(
                SimulatorSettings.defaults().withPace(Pace.fixed(TAKES)).withCredits(100_000));
        sluice = RunningSluice.inFrontOf(simulator, store, "sluice.stream.heartbeat=300ms");
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
    }

    @Nested
    class StreamsOverPost {

        @Test
        void tellTheWholeLifeInOrder() {
            EventStream stream = sluice.alice().streamOf("a fox");

            List<Event> recorded = stream.untilItEnds();

            assertThat(EventStream.names(recorded)).containsExactly("queued", "submitting", "processing", "completed");
            String id = recorded.getFirst().json().path("id").stringValue();
            assertThat(recorded).extracting(Event::id).containsExactly(id + ".1", id + ".2", id + ".3", id + ".4");
            assertThat(stream.header("Location")).isEqualTo("/v1/generations/" + id);
        }

        @Test
        void haveHeadersThatKeepProxiesFromHoldingThemBack() {
            try (EventStream stream = sluice.alice().streamOf("a fox")) {
                assertThat(stream.status()).isEqualTo(200);
                assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
                assertThat(stream.header("Cache-Control")).contains("no-store");
                assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
                assertThat(stream.header("Content-Encoding")).isEmpty();
            }
        }

        @Test
        void areFlushedBeforeTheUpstreamWasAsked() {
            simulator.faults().everySubmit().answerBusy(Duration.ofSeconds(1));
            try (EventStream stream = sluice.alice().streamOf("head first")) {
                assertThat(stream.awaits("queued").json().path("status").stringValue())
                        .isEqualTo("queued");
                assertThat(stream.others().getFirst()).matches("retry: [0-9]+");
            }
        }

        @Test
        void tellEachConnectionAnotherPauseWithinBounds() {
            List<Integer> pauses = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                try (EventStream stream = sluice.alice().streamOf("pause " + i)) {
                    await().until(() -> !stream.others().isEmpty());
                    pauses.add(Integer.parseInt(stream.others().getFirst().substring("retry: ".length())));
                }
            }

            assertThat(pauses).allMatch(pause -> pause >= 2000 && pause <= 6000);
            assertThat(pauses.stream().distinct().count()).isGreaterThan(6);
        }

        @Test
        void beatInSilence() {
            simulator.faults().submitsOf("silence").delayTheAnswer(Duration.ofSeconds(1));
            EventStream stream = sluice.alice().streamOf("silence");

            stream.untilItEnds();

            assertThat(stream.others()).filteredOn(":"::equals).hasSizeGreaterThan(1);
        }

        @Test
        void echoNothingThatTheCallerWrote() {
            EventStream stream = sluice.alice()
                    .postStream(
                            "/v1/generations",
                            "{\"prompt\":\"a secret garden\",\"sluice\":{\"metadata\":{\"k\":\"private\"}}}",
                            "Accept",
                            "text/event-stream");

            assertThat(stream.untilItEnds()).noneMatch(event -> event.data().contains("secret garden"));
            assertThat(stream.events()).noneMatch(event -> event.data().contains("private"));
        }

        @Test
        void neverLetThePercentFallAndReachHundredOnlyAtTheEnd() {
            EventStream stream = sluice.alice().streamOf("percent [slow]");

            List<Event> recorded = stream.untilItEnds();

            List<Integer> percents = stream.events().stream()
                    .map(event -> event.json().path("progress").path("percent").intValue())
                    .toList();
            assertThat(percents).isSorted();
            assertThat(percents.subList(0, percents.size() - 1)).allMatch(percent -> percent < 100);
            assertThat(recorded.getLast()
                            .json()
                            .path("progress")
                            .path("percent")
                            .intValue())
                    .isEqualTo(100);
            assertThat(stream.events()).anyMatch(event -> event.name().equals("progress") && !event.isRecorded());
        }

        @Test
        void endWithTheFailureAndWhatItCost() {
            Event ending =
                    sluice.alice().streamOf("a vase [fail]").untilItEnds().getLast();

            assertThat(ending.name()).isEqualTo("failed");
            assertThat(ending.json().path("error").path("type").stringValue())
                    .isEqualTo("urn:sluice:problem:generation-failed");
            assertThat(ending.json().path("credits").path("used").longValue()).isEqualTo(1);
        }

        @Test
        void goOnForACallerThatSendsItAgainWithItsLastEventId() {
            EventStream cut = sluice.alice().streamOf("a cut line");
            Event seen = cut.awaits("queued");
            cut.close();

            EventStream again = sluice.alice()
                    .postStream(
                            "/v1/generations",
                            Client.prompt("a cut line"),
                            "Accept",
                            "text/event-stream",
                            "Last-Event-ID",
                            seen.id());

            assertThat(EventStream.names(again.untilItEnds())).containsExactly("submitting", "processing", "completed");
            assertThat(simulator.ledger().accepted("a cut line")).hasSize(1);
        }

        @Test
        void refuseALastEventIdThatNamesNothingOfTheCallers() {
            String bobs = sluice.bob().accepted("bob's own");

            for (String id : List.of("nonsense", "", bobs + ".1", "gen_01jd0000000000000000000000.1")) {
                Answer answer = sluice.alice()
                        .post(
                                "/v1/generations",
                                Client.prompt("never created"),
                                "Accept",
                                "text/event-stream",
                                "Last-Event-ID",
                                id);

                assertThat(answer.status()).as(id).isEqualTo(400);
                assertThat(answer.json().path("type").stringValue())
                        .isEqualTo("urn:sluice:problem:invalid-last-event-id");
            }
            assertThat(simulator.ledger().accepted("never created")).isEmpty();
        }
    }

    @Nested
    class AnswersToWaitFor {

        @Test
        void areTheWholeGenerationOnceItEnded() {
            Answer answer = sluice.alice().post("/v1/generations", """
                {"prompt":"a whale","selectedModel":"nano-banana","sluice":{"metadata":{"order":"7"}}}\
                """);

            JsonNode json = answer.json();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(json.path("status").stringValue()).isEqualTo("completed");
            assertThat(json.path("prompt").stringValue()).isEqualTo("a whale");
            assertThat(json.path("selectedModel").stringValue()).isEqualTo("nano-banana");
            assertThat(json.path("metadata").path("order").stringValue()).isEqualTo("7");
            assertThat(json.path("imageUrls").size()).isEqualTo(1);
            assertThat(json.path("upstreamId").stringValue()).isNotBlank();
            assertThat(json.path("credits").path("used").longValue()).isPositive();
            assertThat(json.path("links").path("self").stringValue()).isEqualTo(answer.header("Location"));
            assertThat(List.of("createdAt", "submittedAt", "finishedAt", "expiresAt"))
                    .allMatch(field -> json.path(field).stringValue().endsWith("Z"));
        }

        @Test
        void are200WhateverBecameOfIt() {
            Answer answer = sluice.alice().post("/v1/generations", Client.prompt("a vase [fail]"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("status").stringValue()).isEqualTo("failed");
            assertThat(answer.json().path("error").path("status").intValue()).isEqualTo(502);
        }

        @Test
        void come202AtOnceToWhoPrefersThat() {
            Answer answer = sluice.alice().post("/v1/generations", Client.prompt("later"), "Prefer", "respond-async");

            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async");
            assertThat(answer.header("Location"))
                    .isEqualTo("/v1/generations/" + answer.json().path("id").stringValue());
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 30);
        }

        @Test
        void come202WhenTheWaitIsOver() {
            Answer answer =
                    sluice.alice().post("/v1/generations", Client.prompt("too long [slow]"), "Prefer", "wait=1");

            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("Preference-Applied")).isEqualTo("wait=1");
            assertThat(answer.json().path("status").stringValue()).isEqualTo("processing");
        }
    }

    @Nested
    class LookingAtOne {

        @Test
        void answersWithATagThatChangesWithEachEvent() {
            String id = sluice.alice().accepted("tagged");
            sluice.alice().ending(id);

            Answer answer = sluice.alice().get("/v1/generations/" + id);
            Answer again = sluice.alice().get("/v1/generations/" + id, "If-None-Match", answer.header("ETag"));

            assertThat(answer.header("ETag")).isEqualTo("W/\"4\"");
            assertThat(again.status()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(sluice.alice()
                            .get("/v1/generations/" + id, "If-None-Match", "W/\"3\"")
                            .status())
                    .isEqualTo(200);
        }

        @Test
        void waitsForTheEndingIfAskedTo() {
            String id = sluice.alice().accepted("waited for");

            Answer answer = sluice.alice().get("/v1/generations/" + id, "Prefer", "wait=20");

            assertThat(answer.json().path("status").stringValue()).isEqualTo("completed");
            assertThat(answer.header("Preference-Applied")).isEqualTo("wait=20");
        }

        @Test
        void isTheSame404ForWhatIsSomebodyElsesAndWhatIsNot() {
            String bobs = sluice.bob().accepted("bob's");
            String nobodys = "gen_01jd0000000000000000000000";

            for (String suffix : List.of("", "/events", "/images/0")) {
                Answer hidden = sluice.alice().get("/v1/generations/" + bobs + suffix, "Accept", "*/*");
                Answer missing = sluice.alice().get("/v1/generations/" + nobodys + suffix, "Accept", "*/*");

                assertThat(hidden.status()).isEqualTo(404);
                assertThat(hidden.body().replace(bobs, "ID"))
                        .isEqualTo(missing.body().replace(nobodys, "ID"));
            }
        }

        @Test
        void handsThePictureThrough() {
            String id = sluice.alice().accepted("a picture to keep");
            sluice.alice().ending(id);

            Answer picture = sluice.alice().get("/v1/generations/" + id + "/images/0");

            assertThat(picture.status()).isEqualTo(200);
            assertThat(picture.header("Content-Type")).isEqualTo("image/png");
            assertThat(picture.header("Content-Security-Policy")).contains("sandbox");
            assertThat(picture.body()).contains("PNG");
            for (String n : List.of("1", "-1", "x", "99999999999")) {
                assertThat(sluice.alice()
                                .get("/v1/generations/" + id + "/images/" + n)
                                .status())
                        .isEqualTo(404);
            }
        }

        @Test
        void saysSoWhenThePicturesHostDoesNotGiveIt() {
            String id = sluice.alice().accepted("a lost picture");
            sluice.alice().ending(id);
            simulator.faults().answerPictures(404);

            Answer answer = sluice.alice().get("/v1/generations/" + id + "/images/0");

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:picture-unavailable");
        }
    }

    @Nested
    class Resuming {

        @Test
        void goesOnAfterTheEventThatWasSeen() {
            String id = sluice.alice().accepted("resumed");
            sluice.alice().ending(id);
            String events = "/v1/generations/" + id + "/events";

            assertThat(EventStream.names(sluice.alice().stream(events, "Last-Event-ID", id + ".2")
                            .untilItEnds()))
                    .containsExactly("processing", "completed");
            assertThat(EventStream.names(sluice.alice().stream(events + "?lastEventId=" + id + ".3")
                            .untilItEnds()))
                    .containsExactly("completed");
            assertThat(EventStream.names(
                            sluice.alice().stream(events + "?lastEventId=" + id + ".3", "Last-Event-ID", id + ".1")
                                    .untilItEnds()))
                    .as("the header comes before the query")
                    .containsExactly("submitting", "processing", "completed");
        }

        @Test
        void startsFromTheBeginningForNonsense() {
            String id = sluice.alice().accepted("from the start");
            sluice.alice().ending(id);

            for (String nonsense :
                    List.of("x", "1", id, id + ".99", "gen_01jd0000000000000000000000.2", UUID.randomUUID() + ".1")) {
                assertThat(sluice.alice().stream("/v1/generations/" + id + "/events", "Last-Event-ID", nonsense)
                                .untilItEnds())
                        .as(nonsense)
                        .hasSize(4);
            }
        }

        @Test
        void isOverOnceTheEndingWasSeen() {
            String id = sluice.alice().accepted("seen to the end");
            sluice.alice().ending(id);

            assertThat(sluice.alice()
                            .get("/v1/generations/" + id + "/events", "Last-Event-ID", id + ".4")
                            .status())
                    .isEqualTo(204);
        }
    }

    @Nested
    class Listing {

        @Test
        void showsTheCallersOwnNewestFirstPageByPage() {
            Client carol = sluice.client(RunningSluice.CAROL_WHO_MAY_PASS_THROUGH);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ids.addFirst(carol.accepted("listed " + i));
            }
            carol.ending(ids.getFirst());

            JsonNode first = carol.get("/v1/generations?limit=3").json();
            JsonNode rest = carol.get("/v1/generations?limit=3&cursor="
                            + first.path("next").stringValue())
                    .json();

            assertThat(idsOf(first)).isEqualTo(ids.subList(0, 3));
            assertThat(idsOf(rest)).isEqualTo(ids.subList(3, 5));
            assertThat(rest.path("next").isNull()).isTrue();
            await().untilAsserted(() -> assertThat(idsOf(
                            carol.get("/v1/generations?status=completed,failed").json()))
                    .isEqualTo(ids));
            assertThat(idsOf(carol.get("/v1/generations?status=queued").json())).isEmpty();
        }

        private static List<String> idsOf(JsonNode page) {
            return page.path("items")
                    .valueStream()
                    .map(item -> item.path("id").stringValue())
                    .toList();
        }
    }

    @Test
    void passesOnWhatItDoesNotKnowAndKeepsItsOwnToItself() {
        sluice.alice().post("/v1/generations", """
            {"prompt":"passed on","mode":"stream","guidance":7.50,"nested":{"a":[1,null]},"aspectRatio":"16:9",
             "sluice":{"priority":"batch","metadata":{"k":"v"},"queueTimeoutSeconds":60}}\
            """);

        JsonNode sent = Client.JSON.readTree(
                simulator.ledger().accepted("passed on").getFirst().body());
        assertThat(sent.path("mode").stringValue()).isEqualTo("async");
        assertThat(sent.has("sluice")).isFalse();
        assertThat(sent.path("nested").toString()).isEqualTo("{\"a\":[1,null]}");
        assertThat(simulator.ledger().accepted("passed on").getFirst().body()).contains("7.50");
    }

    @Test
    void tellsWhoeverAsksForThePageWithAnUnreadableAcceptHeader() {
        Answer answer = sluice.alice().get("/", "Accept", "app=lication/json");

        assertThat(answer.status()).isEqualTo(406);
        assertThat(answer.json().path("detail").stringValue()).contains("Accept");
    }

    @Test
    void echoesTheRequestIdOrMakesOne() {
        assertThat(sluice.alice()
                        .get("/v1/generations", "X-Request-Id", "mine-1")
                        .header("X-Request-Id"))
                .isEqualTo("mine-1");
        assertThat(sluice.alice()
                        .get("/v1/generations", "X-Request-Id", "<script>")
                        .header("X-Request-Id"))
                .matches("[0-9a-f-]{36}");
    }

    @Test
    void usesItsOwnKeyTowardsTheUpstreamAndNoneOfTheCallers() {
        sluice.alice().post("/v1/generations", Client.prompt("whose key"), "Cookie", "a=b");

        assertThat(simulator.ledger().lastRequests())
                .allMatch(request -> request.header("Cookie").isEmpty())
                .filteredOn(request -> request.uri().startsWith("/api/"))
                .allMatch(request -> request.header("Authorization").equals(List.of("Bearer nb_simulator")));
    }
}
