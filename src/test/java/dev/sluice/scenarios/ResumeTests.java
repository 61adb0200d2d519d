package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that a restart cut. */
class ResumeTests {

    @Test
    void goOnByHeaderByQueryAndByPostWithoutAGapOrARepeat(@TempDir Path store) {
        try (Simulator simulator = simulator(Duration.ofSeconds(2))) {
            String id;
            List<Event> before;
            try (RunningSluice first = RunningSluice.inFrontOf(simulator, store)) {
                EventStream stream = first.alice().streamOf("cut by a restart");
                id = stream.awaits("processing").json().path("id").stringValue();
                first.close();
                before = stream.untilItEnds();
            }
            try (RunningSluice second = RunningSluice.inFrontOf(simulator, store)) {
                String events = "/v1/generations/" + id + "/events";
                String last = before.getLast().id();
                List<EventStream> resumed = List.of(
                        second.alice().stream(events, "Last-Event-ID", last),
                        second.alice().stream(events + "?lastEventId=" + last),
                        second.alice()
                                .postStream(
                                        "/v1/generations",
                                        Client.prompt("cut by a restart"),
                                        "Accept",
                                        "text/event-stream",
                                        "Last-Event-ID",
                                        last));

                assertThat(resumed)
                        .allSatisfy(stream -> assertThat(ids(before, stream.untilItEnds()))
                                .isEqualTo(ids(second.alice().stream(events).untilItEnds())));
            }
            assertThat(simulator.ledger().accepted("cut by a restart")).hasSize(1);
        }
    }

    @Test
    void areOverForWhoSawTheEndingAndBeginAnewForNonsenseAfterARestartToo(@TempDir Path store) {
        try (Simulator simulator = simulator(Duration.ofMillis(100))) {
            List<Event> story;
            try (RunningSluice first = RunningSluice.inFrontOf(simulator, store)) {
                story = first.alice().streamOf("over before the restart").untilItEnds();
            }
            try (RunningSluice second = RunningSluice.inFrontOf(simulator, store)) {
                Event ending = story.getLast();
                String events = "/v1/generations/" + ending.json().path("id").stringValue() + "/events";

                assertThat(second.alice()
                                .get(events, "Last-Event-ID", ending.id())
                                .status())
                        .isEqualTo(204);
                assertThat(second.alice()
                                .get(events + "?lastEventId=" + ending.id())
                                .status())
                        .isEqualTo(204);
                assertThat(Stream.of("nonsense", "1", ending.id() + "9", "gen_01jd0000000000000000000000.2"))
                        .allSatisfy(nonsense -> {
                            assertThat(ids(second.alice().stream(events, "Last-Event-ID", nonsense)
                                            .untilItEnds()))
                                    .isEqualTo(ids(story));
                            assertThat(ids(second.alice().stream(events + "?lastEventId=" + nonsense)
                                            .untilItEnds()))
                                    .isEqualTo(ids(story));
                        });
            }
        }
    }

    @SafeVarargs
    private static List<String> ids(List<Event>... parts) {
        return Stream.of(parts).flatMap(List::stream).map(Event::id).toList();
    }

    private static Simulator simulator(Duration takes) {
        return Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(takes)));
    }
}
