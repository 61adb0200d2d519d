package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.generation.Status;
import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.SubmitOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the meters are there from the start, and hang together as the README says. */
@SuppressWarnings("NullAway.Init")
class MeterTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String COUNT = "sluice_generations_seconds_count";
    private static final String SUBMITS = "sluice_upstream_submits_total";

    private Simulator simulator;
    private RunningSluice sluice;

    @BeforeEach
    void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(50))));
        sluice = RunningSluice.inFrontOf(simulator, store, "sluice.upstream.balance-every=500ms");
    }

    @AfterEach
    void stop() {
        sluice.close();
        simulator.close();
    }

    private Meters meters() {
        return Meters.of(new Client(sluice.management(), ""));
    }

    @Test
    void areThereFromTheStartAndHangTogetherDuringAndAfterALoadWithFaults() {
        assertThatAllAreThereAtZero(meters());

        List<String> ids = loadWithFaults();
        assertThatNoneIsMissing(ids.size());

        assertThatAllAddsUp();
    }

    private static void assertThatAllAreThereAtZero(Meters meters) {

        assertThat(SubmitOutcome.WORDS)
                .allSatisfy(word ->
                        assertThat(meters.sum(SUBMITS, tag("outcome", word))).isZero());
        assertThat(PollOutcome.WORDS)
                .allSatisfy(word -> assertThat(meters.sum("sluice_upstream_polls_total", tag("outcome", word)))
                        .isZero());
        assertThat(Arrays.stream(Status.values()).filter(Status::hasEnded))
                .allSatisfy(status -> assertThat(meters.sum(COUNT, tag("status", status.word())))
                        .isZero());
        assertThat(List.of("default", "other"))
                .allSatisfy(
                        model -> assertThat(meters.sum("sluice_upstream_duration_seconds_count", tag("model", model)))
                                .isZero());
        assertThat(meters.sum("sluice_capacity_estimates_total")).isZero();
    }

    /** With one more that is under way meanwhile. */
    private void assertThatNoneIsMissing(int accepted) {
        simulator.keep(
                Pace.fixed(Duration.ofMillis(400))); // ten times as long for a slow one: the gauges must notice it
        EventStream slow = sluice.alice().streamOf("is still under way [slow]");
        slow.awaits("processing");

        await().atMost(PATIENCE).untilAsserted(() -> {
            Meters now = meters();
            assertThat(now.sum("sluice_generations_accepted_total"))
                    .isEqualTo(accepted + 1.0)
                    .isEqualTo(now.sum(COUNT)
                            + now.sum("sluice_capacity_queued")
                            + now.sum("sluice_capacity_in_flight")
                            + now.sum("sluice_capacity_overdue"));
            assertThat(now.sum("sluice_upstream_tasks")).isEqualTo(1).isEqualTo(now.sum("sluice_upstream_pollers"));
        });

        slow.untilItEnds();
    }

    private void assertThatAllAddsUp() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThatAllAddsUp(meters(), simulator.ledger()));
        assertThat(meters().sum("reactor_netty_connection_provider_total_connections", tag("name", "poll")))
                .isPositive();
    }

    private static void assertThatAllAddsUp(Meters now, Ledger ledger) {
        assertThat(now.sum("sluice_generations_accepted_total")).isEqualTo(now.sum(COUNT));
        assertThat(now.sum(SUBMITS) - now.sum(SUBMITS, tag("outcome", "not_sent")))
                .isEqualTo(ledger.submitsReceived());
        assertThat(now.sum("sluice_upstream_polls_total")).isEqualTo(ledger.pollsReceived());
        assertThat(now.sum("sluice_credits_used_total") + now.sum("sluice_credits_at_risk_total"))
                .as("every submit that was lost had been charged")
                .isEqualTo(ledger.creditsTaken());
        assertThat(now.sum("sluice_credits_at_risk_total"))
                .isEqualTo(now.sum(SUBMITS, tag("outcome", "unknown")))
                .isEqualTo(now.sum(COUNT, tag("status", "unknown")));
        assertThat(now.sum("sluice_credits_burnt_total")).isEqualTo(now.sum(COUNT, tag("status", "failed")));
        assertThat(now.sum("sluice_credits_refunded_total")).isEqualTo(now.sum(SUBMITS, tag("outcome", "busy")));
        assertThat(now.sum("sluice_credits_left")).isEqualTo(ledger.creditsLeft());
        assertThat(now.sum("sluice_capacity_wait_seconds_count"))
                .isEqualTo(now.sum(SUBMITS, tag("outcome", "accepted")));
        assertThat(now.sum("sluice_upstream_duration_seconds_count"))
                .isEqualTo(now.sum(COUNT, tag("status", "completed")));
        assertThat(now.sum("sluice_upstream_polls_per_generation_count"))
                .isEqualTo(now.sum("sluice_upstream_detection_lag_seconds_count"))
                .isEqualTo(now.sum("sluice_upstream_polls_total", tag("outcome", "completed"))
                        + now.sum("sluice_upstream_polls_total", tag("outcome", "failed")));
        assertThat(now.sum("sluice_journal_commit_seconds_count"))
                .isPositive()
                .isEqualTo(now.sum("sluice_journal_commit_size_count"))
                .isLessThanOrEqualTo(now.sum("sluice_journal_commit_size_sum"));
        assertThat(now.sum("sluice_stream_opened_total")).isEqualTo(2);
        assertThat(now.sum("sluice_stream_resumed_total")).isEqualTo(1);
        assertThat(now.sum("sluice_stream_open")).isZero();
        assertThat(now.sum("sluice_stream_lag_seconds_count")).isPositive();
    }

    /** Something of all that may happen; all but one stream of it is over when this ends. */
    private List<String> loadWithFaults() {
        simulator.faults().submitsOf("meets a crowd").times(2).answerBusy();
        simulator.faults().submitsOf("is lost").times(1).loseTheAnswer();
        simulator.faults().submitsOf("is refused").refuse();
        simulator.faults().submitsOf("fails at once").failAndCharge();
        simulator.faults().pollsOf("is asked about in vain").times(2).answer(500);
        List<String> ids = IntStream.range(0, 5)
                .boxed()
                .flatMap(_ -> List.of(
                        "goes well",
                        "goes wrong [fail]",
                        "meets a crowd",
                        "is lost",
                        "is refused",
                        "fails at once",
                        "is asked about in vain")
                        .stream())
                .map(sluice.alice()::accepted)
                .toList();
        sluice.alice().delete("/v1/generations/" + ids.getLast());
        ids.forEach(sluice.alice()::ending);
        sluice.alice().stream("/v1/generations/" + ids.getFirst() + "/events", "Last-Event-ID", ids.getFirst() + ".1")
                .untilItEnds();
        return ids;
    }

    private static String tag(String name, String value) {
        return name + "=\"" + value + "\"";
    }
}
