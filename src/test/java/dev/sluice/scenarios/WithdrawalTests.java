package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Withdrawals, claims, deadlines and busy answers that meet. */
class WithdrawalTests {

    private static final Logger log = LoggerFactory.getLogger(WithdrawalTests.class);
    private static final int GENERATIONS = 150;

    @Test
    void winOrLoseCleanlyAgainstClaimsDeadlinesAndBusyAnswersAtTheSameMoment(@TempDir Path store)
            throws InterruptedException {
        long seed = Long.getLong("sluice.withdrawal.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withPace(Pace.fixed(Duration.ofMillis(150)))
                        .withTaskLimit(4)
                        .withCredits(100_000));
                RunningSluice sluice = RunningSluice.inFrontOf(
                        simulator, store, "sluice.polling.initial-delay=60ms", "sluice.admission.busy-pause=40ms")) {
            Map<String, Integer> answers = new ConcurrentHashMap<>();
            String[] ids = new String[GENERATIONS];
            CountDownLatch withdrawn = new CountDownLatch(GENERATIONS);
            for (int i = 0; i < GENERATIONS; i++) {
                int number = i;
                int patience = 1 + random.nextInt(2);
                Duration after = Duration.ofMillis(random.nextInt(2_500));
                Thread.ofVirtual().start(() -> {
                    try {
                        ids[number] = accepted(sluice.alice(), number, patience);
                        await().pollDelay(after).until(() -> true);
                        answers.put(
                                ids[number],
                                sluice.alice()
                                        .delete("/v1/generations/" + ids[number])
                                        .status());
                    } finally {
                        withdrawn.countDown();
                    }
                });
            }
            withdrawn.await();

            Map<String, List<String>> stories = Stream.of(ids)
                    .collect(Collectors.toMap(
                            id -> id,
                            id -> EventStream.names(sluice.alice().stream("/v1/generations/" + id + "/events")
                                    .untilItEnds())));
            log.info(
                    "Withdrawals: seed={} answers={} endings={}",
                    seed,
                    answers.values().stream().collect(Collectors.groupingBy(it -> it, Collectors.counting())),
                    stories.values().stream().collect(Collectors.groupingBy(List::getLast, Collectors.counting())));

            for (int i = 0; i < GENERATIONS; i++) {
                String id = ids[i];
                List<String> story = List.copyOf(stories.getOrDefault(id, List.of()));
                String as = "seed %d, race %d, answer %s: %s".formatted(seed, i, answers.get(id), story);
                int paid = simulator.ledger().accepted("race " + i).size();
                assertThat(story.stream().filter(WithdrawalTests::isEnding))
                        .as(as)
                        .hasSize(1);
                assertThat(paid).as(as).isEqualTo(story.contains("processing") ? 1 : 0);
                switch (answers.getOrDefault(id, 0)) {
                    case 200 -> assertThat(story).as(as).endsWith("cancelled");
                    case 202 -> assertThat(story.getLast()).as(as).isIn("cancelled", "completed");
                    case 409 -> assertThat(story.getLast()).as(as).isIn("completed", "rejected");
                    default -> throw new AssertionError(as);
                }
            }
            assertThat(stories.values().stream().map(List::getLast)).contains("cancelled", "completed");
        }
    }

    private static String accepted(Client client, int number, int patience) {
        String body = "{\"prompt\":\"race %d\",\"sluice\":{\"queueTimeoutSeconds\":%d}}";
        Client.Answer answer =
                client.post("/v1/generations", body.formatted(number, patience), "Prefer", "respond-async");
        return answer.status() == 202
                ? answer.json().path("id").stringValue()
                : accepted(client, number, patience + 1); // on a busy machine the wait is known to be longer than that
    }

    private static boolean isEnding(String status) {
        return List.of("completed", "failed", "rejected", "cancelled", "unknown", "timed_out")
                .contains(status);
    }

    @Test
    void tellsItsWatchersBeforeItsOwnerIsAnswered(@TempDir Path store) {
        try (Simulator simulator = Simulator.start();
                RunningSluice sluice = RunningSluice.inFrontOf(simulator, store)) {
            simulator.faults().everySubmit().answerBusy(Duration.ofSeconds(5));
            EventStream stream = sluice.alice().streamOf("withdrawn while watched");
            Event first = stream.awaits("queued");
            await().until(() -> stream.recorded().size() == 3);

            int answer = sluice.alice()
                    .delete("/v1/generations/" + first.json().path("id").stringValue())
                    .status();

            assertThat(answer).isEqualTo(200);
            assertThat(EventStream.names(stream.untilItEnds())).endsWith("queued", "cancelled");
        }
    }
}
