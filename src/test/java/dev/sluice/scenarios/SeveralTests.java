package dev.sluice.scenarios;

import static java.util.stream.Collectors.joining;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations that were asked for one by one, followed on one connection. */
@SuppressWarnings("NullAway.Init")
class SeveralTests {

    private static final String NOBODYS = "gen_01jd0000000000000000000000";

    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withTaskLimit(40)
                .withPace(Pace.fixed(Duration.ofMillis(300)))
                .withCredits(100_000));
        sluice = RunningSluice.inFrontOf(
                simulator, store, "sluice.admission.limit.initial=40", "sluice.stream.heartbeat=300ms");
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
    void refusesToFollowNoneOrMoreThanAHundred() {
        List<String> tooMany = IntStream.range(0, 101)
                .mapToObj(i -> "gen_01jd0000000000000000000%03d".formatted(i))
                .toList();

        for (String path : List.of("/v1/events", "/v1/events?generation", events(tooMany))) {
            Answer answer = sluice.alice().get(path, "Accept", "text/event-stream");

            assertThat(answer.status()).as(path).isEqualTo(path.endsWith("?generation") ? 404 : 400);
            assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        }
    }

    @Test
    void isTheSame404ForOneThatIsSomebodyElsesAndOneThatIsNot() {
        String own = sluice.alice().accepted("own");
        String bobs = sluice.bob().accepted("bob's");

        for (String other : List.of(bobs, NOBODYS, "nonsense")) {
            Answer answer = sluice.alice().get(events(List.of(own, other)), "Accept", "text/event-stream");

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.json().path("detail").stringValue())
                    .isEqualTo("There is no generation of one of these ids, or it is not yours");
        }
    }

    @Test
    void tellsEveryLifeInItsOrderAndClosesWhenAllHaveEnded() {
        List<String> ids = accepted("several", 3);

        List<Event> recorded = sluice.alice().stream(events(ids)).untilItEnds();

        assertThat(Told.of(recorded).lives())
                .containsOnlyKeys(ids)
                .allSatisfy((_, life) ->
                        assertThat(life).containsExactly("queued", "submitting", "processing", "completed"));
        assertThat(recorded.getLast().name()).isEqualTo("completed");
    }

    @Test
    void takesTheSameTwiceAndAnyOrderForTheSame() {
        List<String> ids = accepted("any order", 2);
        List<Event> recorded = sluice.alice().stream(events(List.of(ids.getFirst(), ids.getLast(), ids.getFirst())))
                .untilItEnds();

        List<Event> rest = sluice.alice().stream(
                        events(ids.reversed()), "Last-Event-ID", recorded.get(2).id())
                .untilItEnds();

        assertThat(recorded).hasSize(8);
        assertThat(rest.size()).isEqualTo(5);
    }

    @Test
    void tellsTheExactRecordOfAHundredThroughEveryCut() {
        List<String> ids = accepted("cut", 100);
        List<Event> recorded = new ArrayList<>();
        EventStream stream = sluice.alice().stream(events(ids));
        while (stream.status() == 200) {
            EventStream line = stream;
            await().until(() -> line.recorded().size() >= 53 || line.hasEnded());
            line.close();
            recorded.addAll(line.recorded().stream().limit(53).toList());
            stream = sluice.alice().stream(
                    events(ids) + "&lastEventId=" + recorded.getLast().id());
        }

        assertThat(stream.status()).as("nothing is left to be told").isEqualTo(204);
        assertThat(Told.of(recorded).lives())
                .containsOnlyKeys(ids)
                .allSatisfy((id, life) -> assertThat(life)
                        .isEqualTo(EventStream.names(sluice.alice().stream("/v1/generations/" + id + "/events")
                                .untilItEnds())));
    }

    @Test
    void beginsFromTheBeginningForThePlacesOfOtherGenerations() {
        List<String> ids = accepted("other places", 3);
        List<Event> ofTwo = sluice.alice().stream(events(ids.subList(0, 2))).untilItEnds();
        ids.forEach(sluice.alice()::ending);

        for (String nonsense :
                List.of("x", ids.getFirst() + ".4", ofTwo.getLast().id())) {
            assertThat(sluice.alice().stream(events(ids), "Last-Event-ID", nonsense)
                            .untilItEnds())
                    .as(nonsense)
                    .hasSize(12);
        }
    }

    @Test
    void tellsNewsWithoutAnIdAndBeatsInSilence() {
        simulator.faults().submitsOf("silent").delayTheAnswer(Duration.ofSeconds(1));
        List<String> ids =
                List.of(sluice.alice().accepted("silent"), sluice.alice().accepted("news [slow]"));

        EventStream stream = sluice.alice().stream(events(ids));
        stream.untilItEnds();

        assertThat(stream.others()).contains(":");
        assertThat(stream.others().getFirst()).matches("retry: [0-9]+");
        assertThat(stream.events())
                .filteredOn(event -> event.name().equals("progress"))
                .isNotEmpty()
                .noneMatch(Event::isRecorded);
    }

    private static List<String> accepted(String prompt, int howMany) {
        return IntStream.range(0, howMany)
                .mapToObj(i -> sluice.alice().accepted(prompt + " " + i))
                .toList();
    }

    private static String events(List<String> ids) {
        return "/v1/events?" + ids.stream().map(id -> "generation=" + id).collect(joining("&"));
    }
}
