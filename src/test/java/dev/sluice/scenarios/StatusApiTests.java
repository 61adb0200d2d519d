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
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How things stand, as far as a caller may know. */
@SuppressWarnings("NullAway.Init")
@Order(3)
class StatusApiTests {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int MOST_STREAMS = 40;

    @TempDir
    Path store;

    private Simulator simulator;
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(300))));
        sluice = RunningSluice.inFrontOf(
                simulator,
                store,
                "sluice.stream.heartbeat=300ms",
                "sluice.stream.max-per-client=" + MOST_STREAMS,
                "sluice.clients[0].credits-per-day=100",
                "resilience4j.circuitbreaker.instances.submit.minimum-number-of-calls=2",
                "resilience4j.circuitbreaker.instances.submit.wait-duration-in-open-state=1s");
    }

    @AfterEach
    void stop() {
        sluice.close();
        simulator.close();
    }

    private static JsonNode status(Client caller) {
        return caller.get("/v1/status").json();
    }

    private void awaits(Predicate<JsonNode> wanted) {
        await().atMost(PATIENCE).until(() -> status(sluice.alice()), wanted);
    }

    private static List<JsonNode> told(EventStream stream) {
        return stream.events().stream().map(Event::json).toList();
    }

    private static void awaits(EventStream stream, Predicate<JsonNode> wanted) {
        await().atMost(PATIENCE).until(() -> told(stream).stream().anyMatch(wanted));
    }

    private static void awaitsLast(EventStream stream, Predicate<JsonNode> wanted) {
        await().atMost(PATIENCE).until(() -> told(stream).getLast(), wanted);
    }

    private static boolean isWell(JsonNode status) {
        return status.path("waitingFor").isMissingNode()
                && status.at("/circuit/submit").stringValue().equals("closed")
                && status.path("estimate").stringValue().equals("learnt");
    }

    private static Predicate<JsonNode> waitsFor(String why) {
        return status -> status.path("waitingFor").stringValue("").equals(why);
    }

    @Nested
    class WhenTheUpstreamIs {

        @Test
        void busySaysSo() {
            simulator.faults().everySubmit().answerBusy(Duration.ofSeconds(5));
            sluice.alice().accepted("no place");

            awaits(waitsFor("busy"));

            awaits(status -> status.path("own").path("queued").intValue() == 1);
            assertThat(status(sluice.alice()).at("/circuit/submit").stringValue())
                    .isEqualTo("closed");
        }

        @Test
        void downSaysThatACircuitIsOpenUntilItIsBack() {
            EventStream stream = sluice.alice().stream("/v1/status", "Accept", "text/event-stream");
            simulator.goDown();
            String held = sluice.alice().accepted("held");

            awaits(stream, waitsFor("circuit"));
            awaits(stream, status -> status.at("/circuit/submit").stringValue().equals("open"));
            awaitsLast(stream, status -> status.path("estimate").stringValue().equals("unknown"));

            simulator.comeBack();
            assertThat(sluice.alice().ending(held).path("status").stringValue()).isEqualTo("completed");
            awaitsLast(stream, StatusApiTests::isWell);
            assertThat(told(stream))
                    .allSatisfy(status -> assertThat(status.path("circuit").values())
                            .extracting(JsonNode::stringValue)
                            .isSubsetOf("closed", "open", "half_open"));
        }

        @Test
        void refusingTheKeySaysThat() {
            simulator.changeKey("nb_another");
            sluice.alice().accepted("held");

            awaits(waitsFor("key"));

            assertThat(sluice.alice().get("/v1/status").body()).doesNotContain("nb_", "127.0.0.1");
        }
    }

    @Test
    void tellsWhatThereIsToKnow() {
        Answer answer = sluice.alice().get("/v1/status");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.headers().map()).doesNotContainKey("ratelimit");
        assertThat(answer.json()).isEqualTo(Client.JSON.readTree("""
            {"circuit": {"submit": "closed", "busy": "closed", "poll": "closed"},
             "limit": 10, "queued": 0, "inFlight": 0, "estimate": "unknown", "own": {"queued": 0, "inFlight": 0},
             "quota": {"requests": {"perMinute": 1000000, "left": 1000000}, "credits": {"perDay": 100, "left": 100}}}
            """));
        assertThat(sluice.client("").get("/v1/status").status()).isEqualTo(401);
        assertThat(sluice.alice().get("/v1/status", "Accept", "text/html").status())
                .isEqualTo(406);
    }

    @Test
    void estimatesTheWaitOnceAnythingIsLearnt() {
        sluice.bob().ending(sluice.bob().accepted("teaches"));

        awaits(status -> status.path("estimate").stringValue().equals("learnt"));

        assertThat(status(sluice.alice()).path("estimatedWaitSeconds").longValue(-1))
                .isZero();
    }

    @Test
    void tellsACallerItsOwnAndOfOthersOnlyWhatAllComeTo() {
        simulator.keep(Pace.fixed(Duration.ofSeconds(20)));
        sluice.alice().accepted("alice's own");
        sluice.bob().accepted("bob's own");
        sluice.bob().accepted("bob's other");

        awaits(status -> status.path("inFlight").intValue() == 3);

        assertThat(status(sluice.alice()).path("own").path("inFlight").intValue())
                .isEqualTo(1);
        assertThat(status(sluice.bob()).path("own").path("inFlight").intValue()).isEqualTo(2);
        assertThat(status(sluice.carol()).path("own").path("inFlight").intValue())
                .isZero();
        assertThat(sluice.carol().get("/v1/status").body()).doesNotContain("alice", "bob", "gen_");
    }

    @Nested
    class AsAStream {

        private EventStream open(Client caller) {
            return caller.stream("/v1/status", "Accept", "text/event-stream");
        }

        @Test
        void tellsTheFirstAtOnceThenWhatChangesAndBeatsInSilence() {
            EventStream stream = open(sluice.alice());
            await().atMost(PATIENCE).until(() -> stream.others().size() > 4);

            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(stream.others().getFirst()).matches("retry: [0-9]+");
            assertThat(stream.others().subList(1, stream.others().size())).containsOnly(":");
            assertThat(stream.events()).as("nothing happened").hasSize(1);
            assertThat(stream.events().getFirst().name()).isEqualTo("status");
            assertThat(stream.events().getFirst().isRecorded()).isFalse();

            sluice.alice().accepted("something");

            awaits(stream, status -> status.at("/quota/credits/left").intValue() == 99);
            assertThat(told(stream).stream().distinct().count())
                    .isEqualTo(told(stream).size());
        }

        @Test
        void isOneOfTheCallersStreams() {
            List<EventStream> streams = IntStream.range(0, MOST_STREAMS)
                    .mapToObj(_ -> open(sluice.alice()))
                    .toList();
            streams.forEach(stream -> awaits(stream, _ -> true));

            EventStream tooMany = open(sluice.alice());
            await().atMost(PATIENCE).until(tooMany::hasEnded);

            assertThat(tooMany.status()).isEqualTo(200);
            assertThat(tooMany.others()).singleElement().asString().startsWith("retry: ");
            assertThat(sluice.alice()
                            .postStream("/v1/generations", Client.prompt("no place"), "Accept", "text/event-stream")
                            .status())
                    .isEqualTo(503);
            awaits(open(sluice.bob()), _ -> true);

            streams.forEach(EventStream::close);
            await().atMost(PATIENCE).until(this::hasAPlaceForAlice);
        }

        /** Whatever it is told, the place is given back: asking must not take what is asked for. */
        private boolean hasAPlaceForAlice() {
            EventStream asked = open(sluice.alice());
            await().atMost(PATIENCE)
                    .until(() -> asked.hasEnded() || !told(asked).isEmpty());
            asked.close();
            return !told(asked).isEmpty();
        }

        @Test
        void endsAtOnceWhenSluiceIsAskedToEnd() {
            List<EventStream> streams =
                    IntStream.range(0, 20).mapToObj(_ -> open(sluice.alice())).toList();
            streams.forEach(stream -> awaits(stream, _ -> true));

            Instant asked = Instant.now();
            sluice.close();

            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(5));
            assertThat(streams).allSatisfy(EventStream::untilItEnds);
        }

        @Test
        void doesNotGoOnShowingWhatNobodyCanKnowAnyMore() {
            EventStream stream = open(sluice.alice());
            awaits(stream, _ -> true);

            sluice.loseTheStore();

            assertThat(sluice.alice().get("/v1/status").status()).isEqualTo(503);
            stream.untilItEnds();
        }
    }
}
