package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;

/** Callers never see a 503 of the upstream's, and know why they wait, and for how long. */
@Order(3)
class WaitingRoomTests {

    private static final Logger log = LoggerFactory.getLogger(WaitingRoomTests.class);
    private static final String SUBMIT = "POST /api/v1/generate";

    @Nested
    class WhenTheUpstreamIsAwayForAWhile {

        private static final Duration OPEN = Duration.ofSeconds(1);

        /** A minute with {@code -Pcrash}. */
        private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("sluice.outage.seconds", 3));

        @Test
        void losesNothingAndDoublesNothingOfWhatWasUnderWayAndWhatWaited(@TempDir Path store) {
            try (Simulator simulator = simulator(5, Duration.ofMillis(300));
                    RunningSluice sluice = away(simulator, store)) {
                List<String> ids = IntStream.range(0, 60)
                        .mapToObj(i -> sluice.alice().accepted("outage " + i))
                        .toList();
                await().until(() -> simulator.ledger().acceptedInAll() > 10);

                simulator.goDown();
                pause(AWAY);
                long before = simulator.ledger().acceptedInAll();
                simulator.comeBack();

                Instant back = Instant.now();
                await().atMost(Duration.ofSeconds(11))
                        .until(() -> simulator.ledger().acceptedInAll() > before);
                log.info(
                        "Outage: seconds={} nextSubmitMillis={}",
                        AWAY.toSeconds(),
                        Duration.between(back, Instant.now()).toMillis());
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> (long) Meters.of(sluice).sum("sluice_generations_seconds_count") == 60);
                assertThat(ids).allSatisfy(id -> assertThat(status(sluice, id)).isIn("completed", "unknown"));
                assertThat(simulator.ledger().accepted())
                        .extracting(Ledger.Submit::prompt)
                        .doesNotHaveDuplicates();
                assertThat(ids.stream().filter(id -> status(sluice, id).equals("unknown")))
                        .as("submits whose answer the outage cut off")
                        .hasSizeLessThanOrEqualTo(5);
            }
        }

        private static long questions(Simulator simulator) {
            return simulator.ledger().requestsByPath().getOrDefault("GET /api/v1/credits", 0L);
        }

        @Test
        void claimsNothingToFindOutWhetherItIsBackAndGoesOnWithinABreakersPeriod(@TempDir Path store) {
            try (Simulator simulator = simulator(5, Duration.ofMillis(300));
                    RunningSluice sluice = away(simulator, store)) {
                await().until(() -> questions(simulator) == 1); // at the start
                simulator.goDown();
                List<String> ids = IntStream.range(0, 10)
                        .mapToObj(i -> sluice.alice().accepted("held " + i))
                        .toList();
                await().untilAsserted(() -> assertThat(ids)
                        .allSatisfy(id -> assertThat(waitingFor(sluice, id)).isEqualTo("circuit")));
                pause(OPEN);

                List<String> places = ids.stream().map(id -> place(sluice, id)).toList();
                pause(OPEN.multipliedBy(3));
                assertThat(ids.stream().map(id -> place(sluice, id)))
                        .as("logs stay as they were")
                        .isEqualTo(places);
                simulator.comeBack();
                Instant back = Instant.now();
                await().pollInterval(Duration.ofMillis(10))
                        .until(() -> simulator.ledger().acceptedInAll() > 0);
                Duration recovery = Duration.between(back, Instant.now());

                log.info("Outage: the first submit came {} ms after the upstream was back", recovery.toMillis());
                assertThat(recovery).isLessThan(OPEN.plusMillis(500));
                assertThat(questions(simulator)).isGreaterThan(1);
                assertThat(ids)
                        .allSatisfy(id -> assertThat(
                                        sluice.alice().ending(id).path("status").stringValue())
                                .isEqualTo("completed"));
                assertThat(simulator.ledger().accepted()).hasSize(10);
            }
        }

        @Test
        void takesSomebodyElsesAnswerForNoneAndSubmitsNothingThere(@TempDir Path store) {
            try (Simulator simulator = simulator(5, Duration.ofMillis(50));
                    RunningSluice sluice = RunningSluice.inFrontOf(
                            simulator,
                            store,
                            "resilience4j.circuitbreaker.instances.submit.minimum-number-of-calls=2",
                            "resilience4j.circuitbreaker.instances.submit.wait-duration-in-open-state=100ms")) {
                simulator.goDown();
                String id = sluice.alice().accepted("for the image API alone");
                await().until(() -> Meters.of(sluice)
                                .sum("resilience4j_circuitbreaker_state", "name=\"submit\"", "state=\"closed\"")
                        == 0);

                assertThat(askedOfSomebodyElse(simulator.baseUrl(), 302)).doesNotContain(SUBMIT);
                assertThat(askedOfSomebodyElse(simulator.baseUrl(), 404)).doesNotContain(SUBMIT);
                assertThat(waitingFor(sluice, id)).isEqualTo("circuit");

                simulator.comeBack();
                assertThat(sluice.alice().ending(id).path("status").stringValue())
                        .isEqualTo("completed");
            }
        }

        /** What is asked first of somebody who listens there for a while and answers everything with that status. */
        private static List<String> askedOfSomebodyElse(URI there, int status) {
            List<String> asked = new CopyOnWriteArrayList<>();
            DisposableServer somebodyElse = HttpServer.create()
                    .host(there.getHost())
                    .port(there.getPort())
                    .handle((request, response) -> {
                        asked.add(request.method() + " " + request.uri());
                        return response.keepAlive(false)
                                .status(status)
                                .header("Location", "/elsewhere")
                                .send();
                    })
                    .bindNow();
            try {
                await().until(() -> Collections.frequency(asked, "GET /api/v1/credits") >= 2 || asked.contains(SUBMIT));
            } finally {
                somebodyElse.disposeNow();
            }
            return asked;
        }

        private static RunningSluice away(Simulator simulator, Path store) {
            return RunningSluice.inFrontOf(
                    simulator,
                    store,
                    "sluice.polling.initial-delay=100ms",
                    "resilience4j.circuitbreaker.instances.submit.minimum-number-of-calls=2",
                    "resilience4j.circuitbreaker.instances.submit.wait-duration-in-open-state=" + OPEN.toMillis()
                            + "ms");
        }

        private static String place(RunningSluice sluice, String id) {
            return sluice.alice().get("/v1/generations/" + id).header("ETag");
        }
    }

    @Nested
    class WhenTheWaitIsTooLong {

        @Test
        void rejectsUnchargedAndSaysWhy(@TempDir Path store) {
            try (Simulator simulator = simulator(10, Duration.ofMillis(300));
                    RunningSluice sluice = RunningSluice.inFrontOf(simulator, store)) {
                simulator.faults().everySubmit().answerBusy(Duration.ofSeconds(5));
                sluice.alice().accepted("makes it busy");
                await().until(() -> simulator.ledger().submitsReceived() > 0);

                JsonNode ending = sluice.alice()
                        .post("/v1/generations", "{\"prompt\":\"brief\",\"sluice\":{\"queueTimeoutSeconds\":1}}")
                        .json();

                assertThat(ending.path("status").stringValue()).isEqualTo("rejected");
                assertThat(ending.path("error").path("type").stringValue())
                        .isEqualTo("urn:sluice:problem:waited-too-long");
                assertThat(ending.path("error").path("detail").stringValue()).contains("Nothing was charged");
                assertThat(ending.path("credits").path("used").longValue()).isZero();
                assertThat(simulator.ledger().accepted("brief")).isEmpty();
            }
        }

        @Test
        void refusesBeforeItAcceptsWhenTheRoomIsFullAndSaysWhenToComeBack(@TempDir Path store) {
            try (Simulator simulator = simulator(1, Duration.ofSeconds(30));
                    RunningSluice sluice = RunningSluice.inFrontOf(
                            simulator,
                            store,
                            "sluice.admission.limit.initial=1",
                            "sluice.admission.limit.max=1", // nothing leaves the queue to find out about more
                            "sluice.admission.queue-capacity=2")) {
                sluice.alice().accepted("in flight");
                await().until(() -> simulator.ledger().acceptedInAll() == 1);
                sluice.alice().accepted("queued 1");
                sluice.alice().accepted("queued 2");

                Answer refused = sluice.alice().post("/v1/generations", Client.prompt("one too many"));

                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:room-full");
                assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(1L, 30L);
            }
        }

        @Test
        void refusesBeforeItAcceptsWhenTheLearntWaitIsBeyondTheAllowedOne(@TempDir Path store) {
            try (Simulator simulator = simulator(1, Duration.ofSeconds(2));
                    RunningSluice sluice =
                            RunningSluice.inFrontOf(simulator, store, "sluice.admission.limit.initial=1")) {
                sluice.alice().ending(sluice.alice().accepted("teaches how long it takes"));
                for (int i = 0; i < 5; i++) {
                    sluice.alice().accepted("ahead " + i);
                }
                await().until(() -> Meters.of(sluice).sum("sluice_capacity_queued") >= 4);
                pause(Duration.ofMillis(1200)); // the room is looked at once a second

                Answer refused = sluice.alice()
                        .post("/v1/generations", "{\"prompt\":\"brief\",\"sluice\":{\"queueTimeoutSeconds\":2}}");
                Answer patient = sluice.alice()
                        .post(
                                "/v1/generations",
                                "{\"prompt\":\"patient\",\"sluice\":{\"queueTimeoutSeconds\":60}}",
                                "Prefer",
                                "respond-async");

                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.json().path("detail").stringValue()).contains("may wait for 2 s only");
                assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(2L, 20L);
                assertThat(patient.status()).isEqualTo(202);
                JsonNode progress = patient.json().path("progress");
                assertThat(progress.path("percent").intValue()).isZero();
            }
        }
    }

    @Test
    void tellsPositionStartAndEnding(@TempDir Path store) {
        try (Simulator simulator = simulator(1, Duration.ofSeconds(1));
                RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, "sluice.admission.limit.initial=1")) {
            sluice.alice().ending(sluice.alice().accepted("teaches how long it takes"));
            List<String> ids = IntStream.range(0, 4)
                    .mapToObj(i -> sluice.alice().accepted("in line " + i))
                    .toList();

            EventStream last = sluice.alice().stream("/v1/generations/" + ids.getLast() + "/events");
            await().until(() -> last.events().stream()
                    .anyMatch(event -> !event.isRecorded()
                            && event.name().equals("queued")
                            && event.json().path("progress").has("startsInSeconds")));
            last.untilItEnds();

            List<Integer> positions = last.events().stream()
                    .map(event -> event.json().path("progress").path("queuePosition"))
                    .filter(JsonNode::isNumber)
                    .map(JsonNode::intValue)
                    .toList();
            List<Integer> percents = last.events().stream()
                    .map(event -> event.json().path("progress").path("percent").intValue())
                    .toList();
            assertThat(positions)
                    .isNotEmpty()
                    .isSortedAccordingTo((a, b) -> b - a)
                    .allMatch(place -> place >= 1);
            assertThat(percents).isSorted().endsWith(100);
            assertThat(percents.subList(0, percents.size() - 1)).allMatch(percent -> percent < 100);
        }
    }

    @Test
    void keepsWhatItLearntOverARestart(@TempDir Path store) {
        try (Simulator simulator = simulator(3, Duration.ofMillis(200))) {
            try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store)) {
                List<String> ids = IntStream.range(0, 12)
                        .mapToObj(i -> sluice.alice().accepted("teach " + i))
                        .toList();
                ids.forEach(sluice.alice()::ending);
                assertThat(Meters.of(sluice).sum("sluice_capacity_limit")).isBetween(2.0, 5.0);
            }
            try (RunningSluice again = RunningSluice.inFrontOf(simulator, store)) {
                await().untilAsserted(() -> assertThat(Meters.of(again).sum("sluice_capacity_limit"))
                        .isBetween(2.0, 5.0));
            }
        }
    }

    private static Simulator simulator(int tasks, Duration pace) {
        return Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(pace))
                .withTaskLimit(tasks)
                .withCredits(100_000));
    }

    private static String waitingFor(RunningSluice sluice, String id) {
        return sluice.alice()
                .get("/v1/generations/" + id)
                .json()
                .path("progress")
                .path("waitingFor")
                .stringValue("");
    }

    private static String status(RunningSluice sluice, String id) {
        return sluice.alice().get("/v1/generations/" + id).json().path("status").stringValue();
    }

    private static void pause(Duration length) {
        await().pollDelay(length).atMost(length.plusSeconds(5)).until(() -> true);
    }
}
