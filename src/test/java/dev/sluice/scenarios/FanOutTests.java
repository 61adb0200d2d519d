package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;

/** Many watchers of one generation: what they see, and what they cost. */
@SuppressWarnings("NullAway.Init")
class FanOutTests {

    private static final Duration TAKES = Duration.ofMillis(700);
    private static final Duration POLLED_EVERY = Duration.ofMillis(100);

    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(
                SimulatorSettings.defaults().withPace(Pace.fixed(TAKES)).withCredits(100_000));
        sluice = RunningSluice.inFrontOf(simulator, store, "sluice.stream.max-per-client=150");
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    @AfterEach
    void nobodyIsLeftWatching() {
        await().untilAsserted(() -> assertThat(openStreams()).isZero());
    }

    @Test
    void hundredWatchersSeeTheSameAndCauseThePollsOfOne() {
        String watched = sluice.alice().accepted("watched by many");
        List<EventStream> watchers = IntStream.range(0, 100)
                .mapToObj(_ -> sluice.alice().stream("/v1/generations/" + watched + "/events"))
                .toList();

        List<Event> first = watchers.getFirst().untilItEnds();
        assertThat(watchers)
                .allSatisfy(watcher -> assertThat(ids(watcher.untilItEnds())).isEqualTo(ids(first)));

        assertThat(EventStream.names(first)).containsExactly("queued", "submitting", "processing", "completed");
        assertThat(pollsOf("watched by many"))
                .as("no more polls than one poller makes, at however slow a machine")
                .hasSizeBetween(1, (int) TAKES.dividedBy(POLLED_EVERY) + 2);
        assertThat(simulator.ledger().accepted("watched by many")).hasSize(1);
    }

    @Test
    void oneThatJoinsLateMissesNothing() {
        EventStream early = sluice.alice().streamOf("joined late");
        String id = early.awaits("processing").json().path("id").stringValue();

        EventStream late = sluice.alice().stream("/v1/generations/" + id + "/events");

        assertThat(ids(late.untilItEnds())).isEqualTo(ids(early.untilItEnds()));
    }

    @Test
    void oneThatLeavesIsForgottenAndDisturbsNobody() {
        simulator.faults().pollsOf("some leave").answer(500); // it lasts until they have left
        EventStream stays = sluice.alice().streamOf("some leave");
        String id = stays.awaits("queued").json().path("id").stringValue();
        List<EventStream> leavers = IntStream.range(0, 20)
                .mapToObj(_ -> sluice.alice().stream("/v1/generations/" + id + "/events"))
                .toList();
        assertThat(openStreams()).isEqualTo(21);

        leavers.forEach(EventStream::close);

        await().untilAsserted(() -> assertThat(openStreams()).isEqualTo(1));
        simulator.faults().clear();
        assertThat(EventStream.names(stays.untilItEnds())).endsWith("completed");
    }

    @Test
    void oneThatLeavesBetweenTheHeadAndTheFirstFrameGivesItsPlaceBack() throws InterruptedException {
        simulator.faults().pollsOf("left at once").answer(500); // its end would give back every place
        String id = sluice.alice().accepted("left at once");
        CountDownLatch headIsSent = new CountDownLatch(1);
        CountDownLatch hasLeft = new CountDownLatch(1);
        sluice.part(ObservationRegistry.class)
                .observationConfig()
                .observationHandler(heldOnceAnswered(id, headIsSent, hasLeft));

        try (Line leaver =
                Line.to(sluice.api()).send("GET", "/v1/generations/" + id + "/events", RunningSluice.ALICE, "")) {
            assertThat(leaver.until("\r\n\r\n")).startsWith("HTTP/1.1 200").contains("text/event-stream");
            assertThat(headIsSent.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            hasLeft.countDown();
        }

        await().untilAsserted(() -> assertThat(openStreams()).isZero());
        simulator.faults().clear();
    }

    /** Tells when the head of the answer is sent, and keeps the thread that sends from going on until then. */
    private static ObservationHandler<ServerRequestObservationContext> heldOnceAnswered(
            String id, CountDownLatch headIsSent, CountDownLatch until) {
        return new ObservationHandler<>() {
            @Override
            public void onStop(ServerRequestObservationContext context) {
                if (context.getCarrier() instanceof ServerHttpRequest request
                        && request.getPath().value().contains(id)) {
                    headIsSent.countDown();
                    await().until(() -> until.getCount() == 0);
                }
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof ServerRequestObservationContext;
            }
        };
    }

    @Test
    void oneThatReadsNothingCostsTheOthersNothing() throws IOException {
        String id = sluice.alice().accepted("a slow reader [slow]");
        try (Socket mute = new Socket()) {
            mute.setReceiveBufferSize(1024);
            mute.connect(
                    new InetSocketAddress(sluice.api().getHost(), sluice.api().getPort()));
            OutputStream request = mute.getOutputStream();
            request.write(("GET /v1/generations/" + id + "/events HTTP/1.1\r\nHost: sluice\r\nAuthorization: Bearer "
                            + RunningSluice.ALICE + "\r\nAccept: text/event-stream\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            request.flush();
            await().untilAsserted(() -> assertThat(openStreams()).isEqualTo(1));

            EventStream reader = sluice.alice().stream("/v1/generations/" + id + "/events");

            assertThat(EventStream.names(reader.untilItEnds())).endsWith("processing", "completed");
        }
    }

    @Test
    void oneTooManyIsToldToComeBackAndGivesUpNothing() {
        simulator.faults().submitsOf("too many streams").answerBusy(Duration.ofSeconds(2));
        String id = sluice.bob().accepted("too many streams");
        List<EventStream> open = IntStream.range(0, 150)
                .mapToObj(_ -> sluice.bob().stream("/v1/generations/" + id + "/events"))
                .toList();
        open.forEach(stream -> stream.awaits("queued"));

        EventStream refused = sluice.bob().stream("/v1/generations/" + id + "/events");

        assertThat(refused.status()).isEqualTo(200);
        assertThat(refused.untilItEnds()).isEmpty();
        assertThat(refused.others()).singleElement().asString().startsWith("retry: ");
        assertThat(sluice.bob()
                        .post("/v1/generations", Client.prompt("never made"), "Accept", "text/event-stream")
                        .status())
                .isEqualTo(503);
        assertThat(simulator.ledger().accepted("never made")).isEmpty();
        assertThat(sluice.alice().stream("/v1/generations/" + sluice.alice().accepted("another's") + "/events")
                        .status())
                .as("the limit is each caller's own")
                .isEqualTo(200);
        sluice.bob().delete("/v1/generations/" + id);
        assertThat(open)
                .allSatisfy(stream ->
                        assertThat(stream.untilItEnds().getLast().name()).isEqualTo("cancelled"));
    }

    private static List<Instant> pollsOf(String prompt) {
        return simulator
                .ledger()
                .polls(simulator.ledger().accepted(prompt).getFirst().generationId());
    }

    private static List<String> ids(List<Event> events) {
        return events.stream().map(Event::id).toList();
    }

    private static int openStreams() {
        String meters =
                new Client(sluice.management(), "").get("/actuator/prometheus").body();
        return meters.lines()
                .filter(line -> line.startsWith("sluice_stream_open "))
                .map(line -> (int) Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No sluice_stream_open in " + meters));
    }
}
