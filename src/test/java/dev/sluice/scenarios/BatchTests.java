package dev.sluice.scenarios;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Several generations that are asked for at once. */
@SuppressWarnings("NullAway.Init")
class BatchTests {

    private static final int ROOM = 150;
    private static final String NOBODYS = "bat_01jd0000000000000000000000";
    private static final String[] AS_STREAM = {"Accept", "text/event-stream"};

    private static Path store;
    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path directory) {
        store = directory;
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withTaskLimit(40)
                .withPace(Pace.fixed(Duration.ofMillis(300)))
                .withCredits(100_000));
        begin();
    }

    private static void begin() {
        sluice = RunningSluice.inFrontOf(
                simulator,
                store,
                "sluice.admission.queue-capacity=" + ROOM,
                "sluice.admission.limit.initial=40",
                "sluice.stream.max-per-client=3");
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    @AfterEach
    void allGoesWellAgain() {
        simulator.faults().clear();
        simulator.allowTasks(40);
    }

    @Nested
    class WhatIsNotAccepted {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                                       | /generations
            {"generations":null}                                                     | /generations
            {"generations":{}}                                                       | /generations
            {"generations":[]}                                                       | /generations
            {"generations":[{"prompt":"bad"},"bad"]}                                 | /generations/1
            {"generations":[{"prompt":"bad"},{"prompt":"bad"},{"prompt":" "}]}       | /generations/2/prompt
            {"generations":[{"prompt":"bad","referenceImageUrls":["a",1]}]}          | /generations/0/referenceImageUrls/1
            {"generations":[{"prompt":"bad","sluice":{"priorty":"batch"}}]}          | /generations/0/sluice/priorty
            {"generations":[{"prompt":"bad","sluice":{"metadata":{"a/b":1}}}]}       | /generations/0/sluice/metadata/a~1b
            {"generations":[{"prompt":"bad"},{"prompt":"bad\\u0000"}]}               | /generations/1/prompt
            {"generations":[{"prompt":"bad"}],"sluice":{"priority":"batch"}}         | /sluice
            {"generations":[{"prompt":"bad"}],"prompt":"bad"}                        | /prompt
            """)
        void isToldByThePointerOfItsField(String body, String pointer) {
            Answer answer = sluice.alice().post("/v1/batches", body);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:invalid-field");
            assertThat(answer.json().path("detail").stringValue()).startsWith(pointer + ": ");
            assertThat(newest(sluice.alice())).noneMatch(prompt -> prompt.startsWith("bad"));
        }

        @Test
        void isMoreThanAHundred() {
            Answer answer = sluice.alice().post("/v1/batches", batch("one too many", 101));

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().path("detail").stringValue()).startsWith("/generations: ");
            assertThat(newest(sluice.alice())).noneMatch(prompt -> prompt.startsWith("one too many"));
        }

        @Test
        void isAllOfItWhenTheRoomIsTooSmallForSome() {
            simulator.allowTasks(0);
            String first = accepted(sluice.bob(), "fills the room", 100);

            Answer answer = sluice.alice().post("/v1/batches", batch("too many", 100), AS_STREAM);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:room-full");
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
            assertThat(newest(sluice.alice())).noneMatch(prompt -> prompt.startsWith("too many"));
            sluice.bob().delete("/v1/batches/" + first);
        }

        @Test
        void isAStreamForWhichThereIsNoPlace() {
            String watched = accepted(sluice.bob(), "watched thrice [slow]", 3);
            List<EventStream> streams = IntStream.range(0, 3)
                    .mapToObj(_ -> sluice.bob().stream("/v1/batches/" + watched + "/events"))
                    .toList();
            streams.forEach(stream -> stream.awaits("queued"));

            Answer refused = sluice.bob().post("/v1/batches", batch("no place", 2), AS_STREAM);
            EventStream told = sluice.bob().stream("/v1/batches/" + watched + "/events");

            assertThat(refused.status()).isEqualTo(503);
            assertThat(newest(sluice.bob())).noneMatch(prompt -> prompt.startsWith("no place"));
            assertThat(told.status()).isEqualTo(200);
            assertThat(told.untilItEnds()).isEmpty();
            assertThat(told.others()).singleElement().asString().startsWith("retry: ");
            streams.forEach(EventStream::close);
        }
    }

    @Nested
    class Streams {

        @Test
        void tellEveryLifeInItsOrderAndEndWithTheBatch() {
            EventStream stream = sluice.alice().postStream("/v1/batches", batch("together", 5), AS_STREAM);

            List<Event> recorded = stream.untilItEnds();

            Told told = Told.of(recorded);
            assertThat(told.lives())
                    .hasSize(5)
                    .allSatisfy((_, life) ->
                            assertThat(life).containsExactly("queued", "submitting", "processing", "completed"));
            Event last = recorded.getLast();
            assertThat(last.name()).isEqualTo("batch");
            assertThat(stream.header("Location"))
                    .isEqualTo("/v1/batches/" + last.json().path("id").stringValue());
            assertThat(last.json().path("counts").toString()).isEqualTo("{\"completed\":5}");
            assertThat(idsIn(last.json())).isEqualTo(List.copyOf(told.lives().keySet()));
            assertThat(last.data()).doesNotContain("together");
            assertThat(recorded.stream().map(Event::id)).doesNotHaveDuplicates();
            assertThat(stream.others().getFirst()).matches("retry: [0-9]+");
        }

        @Test
        void ofAHundredTellTheExactRecordThroughEveryCut() {
            EventStream stream = sluice.alice().postStream("/v1/batches", batch("a hundred", 100), AS_STREAM);
            String events = stream.header("Location") + "/events";
            List<Event> recorded = new ArrayList<>();
            while (recorded.isEmpty() || !recorded.getLast().name().equals("batch")) {
                EventStream line = stream;
                int cutAfter = recorded.isEmpty() ? 130 : 37;
                await().until(() -> line.recorded().size() >= cutAfter || line.hasEnded());
                line.close();
                recorded.addAll(line.recorded().stream().limit(cutAfter).toList());
                stream = sluice.alice().stream(
                        events, "Last-Event-ID", recorded.getLast().id());
            }

            assertThat(Told.of(recorded).lives())
                    .hasSize(100)
                    .allSatisfy((id, life) -> assertThat(life).isEqualTo(lifeOf(id)));
            assertThat(recorded).allMatch(event -> event.id().length() < 200);
            assertThat(stream.status()).isEqualTo(204);
        }

        @Test
        void goOnAfterARestartWhereTheyWereCut() {
            EventStream before = sluice.alice().postStream("/v1/batches", batch("restarted [slow]", 8), AS_STREAM);
            before.awaits("processing");

            sluice.close();
            List<Event> recorded = new ArrayList<>(before.untilItEnds());
            assertThat(before.others().getLast()).startsWith("retry: ");
            begin();
            recorded.addAll(sluice.alice().stream(before.header("Location") + "/events?lastEventId="
                            + recorded.getLast().id())
                    .untilItEnds());

            assertThat(Told.of(recorded).lives())
                    .hasSize(8)
                    .allSatisfy(
                            (id, life) -> assertThat(life).isEqualTo(lifeOf(id)).endsWith("completed"));
            assertThat(EventStream.names(recorded)).containsOnlyOnce("batch").endsWith("batch");
        }

        @Test
        void areJoinedByWhoeverSendsThePostAgainWithItsLastEventId() {
            EventStream cut = sluice.alice().postStream("/v1/batches", batch("sent again", 3), AS_STREAM);
            Event seen = cut.awaits("queued");
            cut.close();

            EventStream again = sluice.alice()
                    .postStream(
                            "/v1/batches",
                            batch("sent again", 3),
                            "Accept",
                            "text/event-stream",
                            "Last-Event-ID",
                            seen.id());

            assertThat(again.header("Location")).isEqualTo(cut.header("Location"));
            assertThat(again.untilItEnds()).hasSize(3 * 4 - 1 + 1);
            assertThat(acceptedOf("sent again 0")).hasSize(1);
        }

        @Test
        void areNotMadeByALastEventIdThatNamesNoBatchOfTheCallers() {
            EventStream bobs = sluice.bob().postStream("/v1/batches", batch("bob's", 1), AS_STREAM);
            String generation = sluice.alice().accepted("alice's one");

            for (String id : List.of(
                    "", "nonsense", bobs.awaits("batch").id(), generation + ".1", NOBODYS + ".AAE", NOBODYS + ".1")) {
                Answer answer = sluice.alice()
                        .post(
                                "/v1/batches",
                                batch("never made", 2),
                                "Accept",
                                "text/event-stream",
                                "Last-Event-ID",
                                id);

                assertThat(answer.status()).as(id).isEqualTo(400);
                assertThat(answer.json().path("type").stringValue())
                        .isEqualTo("urn:sluice:problem:invalid-last-event-id");
            }
            assertThat(newest(sluice.alice())).noneMatch(prompt -> prompt.startsWith("never made"));
        }

        @Test
        void tellTheBatchToWhoHasSeenAllEndingsButNotThat() {
            EventStream stream = sluice.alice().postStream("/v1/batches", batch("almost seen", 2), AS_STREAM);
            List<Event> recorded = stream.untilItEnds();
            String events = stream.header("Location") + "/events";

            EventStream rest = sluice.alice().stream(
                    events, "Last-Event-ID", recorded.get(recorded.size() - 2).id());

            assertThat(EventStream.names(rest.untilItEnds())).containsExactly("batch");
            assertThat(sluice.alice()
                            .get(events, "Last-Event-ID", recorded.getLast().id())
                            .status())
                    .isEqualTo(204);
        }

        @Test
        void beginFromTheBeginningForNonsense() {
            String id = accepted(sluice.alice(), "nonsense", 2);
            sluice.alice().get("/v1/batches/" + id, "Prefer", "wait=20");

            for (String nonsense : List.of("x", id, id + ".AAE", id + ".AH9_", NOBODYS + ".AAEB")) {
                assertThat(sluice.alice().stream("/v1/batches/" + id + "/events", "Last-Event-ID", nonsense)
                                .untilItEnds())
                        .as(nonsense)
                        .hasSize(2 * 4 + 1);
            }
        }
    }

    @Nested
    class Answers {

        @Test
        void come202AtOnceWithTheBatchInTheOrderOfTheRequest() {
            Answer answer = sluice.alice().post("/v1/batches", batch("at once", 3));

            JsonNode json = answer.json();
            String id = json.path("id").stringValue();
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("Location")).isEqualTo("/v1/batches/" + id);
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 30);
            assertThat(json.path("counts").toString()).isEqualTo("{\"queued\":3}");
            assertThat(json.path("generations")
                            .valueStream()
                            .map(it -> it.path("prompt").stringValue()))
                    .containsExactly("at once 0", "at once 1", "at once 2");
            assertThat(json.path("links").path("self").stringValue()).isEqualTo("/v1/batches/" + id);
            assertThat(json.path("links").path("events").stringValue()).isEqualTo("/v1/batches/" + id + "/events");
        }

        @Test
        void waitForAllEndingsIfTheCallerPrefersThat() {
            String body = "{\"generations\":[{\"prompt\":\"waited for\"},{\"prompt\":\"waited for [fail]\"}]}";

            Answer waited = sluice.alice().post("/v1/batches", body, "Prefer", "wait=20");
            Answer notWaited = sluice.alice().post("/v1/batches", body, "Prefer", "respond-async");

            assertThat(waited.status()).isEqualTo(200);
            assertThat(waited.header("Preference-Applied")).isEqualTo("wait=20");
            assertThat(waited.json().path("counts").toString()).isEqualTo("{\"completed\":1,\"failed\":1}");
            assertThat(notWaited.status()).isEqualTo(202);
            assertThat(notWaited.header("Preference-Applied")).isEqualTo("respond-async");
        }

        @Test
        void areTaggedAnewAfterEachEvent() {
            String path = "/v1/batches/" + accepted(sluice.alice(), "tagged", 2);

            Answer early = sluice.alice().get(path);
            Answer late = sluice.alice().get(path, "Prefer", "wait=20");

            assertThat(late.header("ETag")).isEqualTo("W/\"8\"").isNotEqualTo(early.header("ETag"));
            assertThat(sluice.alice()
                            .get(path, "If-None-Match", late.header("ETag"))
                            .status())
                    .isEqualTo(304);
            assertThat(sluice.alice()
                            .get(path, "If-None-Match", early.header("ETag"))
                            .status())
                    .isEqualTo(200);
        }

        @Test
        void areTheSame404ForWhatIsSomebodyElsesAndWhatIsNot() {
            String bobs = accepted(sluice.bob(), "hidden", 1);

            for (String id : List.of(bobs, NOBODYS, "nonsense")) {
                List<Answer> answers = List.of(
                        sluice.alice().get("/v1/batches/" + id),
                        sluice.alice().get("/v1/batches/" + id + "/events", AS_STREAM),
                        sluice.alice().delete("/v1/batches/" + id));

                assertThat(answers)
                        .allMatch(answer -> answer.status() == 404)
                        .allMatch(answer -> answer.json()
                                .path("detail")
                                .stringValue()
                                .equals("There is no batch of this id, or it is not yours"));
            }
            assertThat(sluice.bob()
                            .get("/v1/batches/" + bobs, "Prefer", "wait=20")
                            .json()
                            .path("counts")
                            .toString())
                    .isEqualTo("{\"completed\":1}");
        }
    }

    @Nested
    class Withdrawing {

        @Test
        void cancelsWhatIsQueuedAndLeavesWhatIsPaidFor() {
            simulator.allowTasks(2);
            EventStream stream = sluice.alice().postStream("/v1/batches", batch("withdrawn [slow]", 6), AS_STREAM);
            await().until(() -> EventStream.names(stream.recorded()).stream()
                            .filter("processing"::equals)
                            .count()
                    == 2);

            Answer answer = sluice.alice().delete(stream.header("Location"));

            List<Event> recorded = stream.untilItEnds();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("counts").path("processing").intValue())
                    .isEqualTo(2);
            assertThat(recorded.getLast().json().path("counts").toString())
                    .isEqualTo("{\"completed\":2,\"cancelled\":4}");
            assertThat(sluice.alice().delete(stream.header("Location")).status())
                    .as("all of it has ended")
                    .isEqualTo(409);
        }
    }

    @Nested
    class SentAgainUnderItsKey {

        @Test
        void isTheSameBatchAlsoAfterARestart() {
            Answer first = post("kept", 3, "k-batch");
            Answer second = post("kept", 3, "k-batch");
            sluice.close();
            begin();
            Answer third = post("kept", 3, "k-batch");
            EventStream joined = sluice.alice()
                    .postStream(
                            "/v1/batches",
                            batch("kept", 3),
                            "Accept",
                            "text/event-stream",
                            "Idempotency-Key",
                            "k-batch");

            assertThat(List.of(second, third))
                    .allMatch(answer ->
                            answer.json().path("id").equals(first.json().path("id")))
                    .allMatch(answer -> answer.header("Location").equals(first.header("Location")))
                    .allMatch(answer -> idsIn(answer.json()).equals(idsIn(first.json())));
            assertThat(joined.header("Location")).isEqualTo(first.header("Location"));
            assertThat(EventStream.names(joined.untilItEnds())).endsWith("batch");
            assertThat(acceptedOf("kept 0")).hasSize(1);
        }

        @Test
        void isRefusedWithAnotherBody() {
            post("one body", 2, "k-bodies");

            Answer other = post("one body", 3, "k-bodies");

            assertThat(other.status()).isEqualTo(422);
            assertThat(acceptedOf("one body 2")).isEmpty();
        }

        private static Answer post(String prompt, int size, String key) {
            return sluice.alice().post("/v1/batches", batch(prompt, size), "Idempotency-Key", key);
        }
    }

    @Test
    void oneThatReadsNothingCostsTheOthersNothing() {
        String path = "/v1/batches/" + accepted(sluice.alice(), "unread", 100) + "/events";
        try (BareSocket mute = BareSocket.to(sluice.api())) {
            mute.say("GET %s HTTP/1.1\r\nHost: sluice\r\nAuthorization: Bearer %s\r\nAccept: text/event-stream\r\n\r\n"
                    .formatted(path, RunningSluice.ALICE)
                    .getBytes(StandardCharsets.US_ASCII));

            List<Event> recorded = sluice.alice().stream(path).untilItEnds();

            assertThat(Told.of(recorded).lives()).hasSize(100);
            assertThat(recorded.getLast().name()).isEqualTo("batch");
        }
    }

    @Test
    void countsAsOneRequestOfTheQuota(@TempDir Path directory) {
        try (RunningSluice strict =
                RunningSluice.inFrontOf(simulator, directory, "sluice.clients[0].requests-per-minute=2")) {
            Answer first = strict.alice().post("/v1/batches", batch("counted once", 10));
            accepted(strict.alice(), "counted twice", 10);

            Answer refused = strict.alice().post("/v1/batches", batch("one request too many", 1));

            assertThat(first.header("RateLimit")).startsWith("\"requests\";r=1");
            assertThat(refused.status()).isEqualTo(429);
        }
    }

    private static String accepted(Client caller, String prompt, int size) {
        Answer answer = caller.post("/v1/batches", batch(prompt, size));
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.json().path("id").stringValue();
    }

    /** A body that asks for so many, each with its number behind the prompt. */
    private static String batch(String prompt, int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> Client.prompt(prompt + " " + i))
                .collect(joining(",", "{\"generations\":[", "]}"));
    }

    private static List<String> idsIn(JsonNode batch) {
        return batch.path("generations")
                .valueStream()
                .map(generation -> generation.path("id").stringValue())
                .toList();
    }

    /** The life of a generation as its own stream tells it. */
    private static List<String> lifeOf(String id) {
        return EventStream.names(
                sluice.alice().stream("/v1/generations/" + id + "/events").untilItEnds());
    }

    private static List<?> acceptedOf(String prompt) {
        return simulator.ledger().accepted(prompt);
    }

    /** The prompts of that caller's hundred newest. */
    private static List<String> newest(Client caller) {
        return caller.get("/v1/generations?limit=100")
                .json()
                .path("items")
                .valueStream()
                .map(item -> item.path("prompt").stringValue())
                .toList();
    }
}
