package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log cannot be written any more, in the middle of everything. */
class LostStoreTests {

    @Test
    void acceptsNothingTellsNothingThatIsNotWrittenKeepsStreamsOpenAndLosesNothing(@TempDir Path store) {
        try (Simulator simulator =
                Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(600))))) {
            String id;
            try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, "sluice.stream.heartbeat=200ms")) {
                EventStream stream = sluice.alice().streamOf("paid for");
                id = stream.awaits("processing").json().path("id").stringValue();

                sluice.loseTheStore();

                Answer refused = sluice.alice().post("/v1/generations", Client.prompt("never accepted"));
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Retry-After")).isNotEmpty();
                assertThat(refused.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:log-unavailable");
                tellsItAsItIsDescribed(sluice.alice());
                EventStream told = sluice.alice().stream("/v1/generations/" + id + "/events");
                assertThat(told.untilItEnds())
                        .as("an EventSource is told to come back")
                        .isEmpty();
                assertThat(told.status()).isEqualTo(200);
                long beats = stream.others().size();
                await().untilAsserted(() -> assertThat(stream.others().size()).isGreaterThan((int) beats + 4));
                assertThat(stream.hasEnded()).isFalse();
                assertThat(EventStream.names(stream.recorded())).doesNotContain("completed");
            }
            assertThat(simulator.ledger().submitsReceived("never accepted")).isZero();
            try (RunningSluice again = RunningSluice.inFrontOf(simulator, store)) {
                assertThat(again.alice().ending(id).path("status").stringValue())
                        .isEqualTo("completed");
            }
            assertThat(simulator.ledger().accepted("paid for")).hasSize(1);
        }
    }

    private static void tellsItAsItIsDescribed(Client alice) {
        OpenApi described = OpenApi.read();
        for (String request : List.of(
                "createGeneration POST /v1/generations",
                "listGenerations GET /v1/generations",
                "getGeneration GET /v1/generations/gen_01jd0000000000000000000000",
                "getBatch GET /v1/batches/bat_01jd0000000000000000000000",
                "generate POST /api/v1/generate",
                "pollGeneration GET /api/v1/generate?id=x")) {
            String[] parts = request.split(" ", 3);
            Answer answer = parts[1].equals("POST")
                    ? alice.post(parts[2], Client.prompt("never accepted"))
                    : alice.get(parts[2]);
            assertThat(answer.status()).as(request + answer).isEqualTo(503);
            assertThat(described.complaints(described.operation(parts[0]), answer))
                    .isEmpty();
        }
    }

    @Test
    void goesOnByItselfAfterSomebodyElseHadTheStoreLocked(@TempDir Path store) throws SQLException {
        try (Simulator simulator =
                        Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofSeconds(1))));
                RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, "sluice.stream.heartbeat=200ms")) {
            EventStream stream = sluice.alice().streamOf("paid for");
            String id = stream.awaits("processing").json().path("id").stringValue();

            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + store.resolve("sluice.db"));
                    Statement statement = other.createStatement()) {
                statement.execute("begin immediate");

                Answer refused = sluice.alice().post("/v1/generations", Client.prompt("never accepted"));
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Retry-After")).isNotEmpty();
                assertThat(refused.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:log-unavailable");
                assertThat(new Client(sluice.management(), "")
                                .get("/actuator/health/readiness")
                                .status())
                        .isEqualTo(503);
                assertThat(simulator.ledger().running())
                        .as("it is over upstream")
                        .isZero();
                long beats = stream.others().size();
                await().untilAsserted(() -> assertThat(stream.others().size()).isGreaterThan((int) beats + 2));
                assertThat(stream.hasEnded()).isFalse();
                assertThat(EventStream.names(stream.recorded())).containsExactly("queued", "submitting", "processing");
                assertThat(EventStream.names(stream.events())).contains("progress");
                statement.execute("rollback");
            }

            assertThat(EventStream.ids(stream.untilItEnds()))
                    .isEqualTo(EventStream.ids(sluice.alice().stream("/v1/generations/" + id + "/events")
                            .untilItEnds()));
            assertThat(EventStream.names(stream.recorded()))
                    .containsExactly("queued", "submitting", "processing", "completed");
            assertThat(sluice.alice()
                            .ending(sluice.alice().accepted("accepted again"))
                            .path("status")
                            .stringValue())
                    .isEqualTo("completed");
            assertThat(simulator.ledger().submitsReceived("never accepted")).isZero();
        }
    }

    @Test
    void acceptsNothingWhileLittleRoomIsLeftAndSaysSo(@TempDir Path store) {
        try (Simulator simulator = Simulator.start();
                RunningSluice sluice =
                        RunningSluice.inFrontOf(simulator, store, "sluice.store.least-free-space=1000000TB")) {
            Answer refused = sluice.alice().post("/v1/generations", Client.prompt("never accepted"));

            assertThat(refused.status()).isEqualTo(503);
            assertThat(new Client(sluice.management(), "")
                            .get("/actuator/health/readiness")
                            .status())
                    .isEqualTo(503);
            assertThat(new Client(sluice.management(), "")
                            .get("/actuator/health/liveness")
                            .status())
                    .isEqualTo(200);
        }
    }
}
