package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is asked to end. */
@Order(2)
class ShutdownTests {

    @Test
    void waitsForASubmitThatIsOnItsWay(@TempDir Path store) {
        try (Simulator simulator = simulator(Duration.ofMillis(200));
                ChildSluice first = ChildSluice.inFrontOf(simulator, store).awaitReady()) {
            simulator.faults().submitsOf("on its way").delayTheAnswer(Duration.ofSeconds(2));
            String id = first.alice().accepted("on its way");
            await().until(() -> simulator.ledger().submitsReceived("on its way") == 1);

            first.terminate();
            first.awaitEnd();

            try (ChildSluice second = ChildSluice.inFrontOf(simulator, store).awaitReady()) {
                List<Event> story = second.alice().stream("/v1/generations/" + id + "/events")
                        .untilItEnds();
                assertThat(EventStream.names(story)).containsExactly("queued", "submitting", "processing", "completed");
            }
        }
    }

    @Test
    void isNotReadyClaimsNothingMoreAndClosesItsStore(@TempDir Path store) {
        try (Simulator simulator = simulator(Duration.ofMillis(200));
                ChildSluice first = ChildSluice.inFrontOf(simulator, store, "sluice.admission.limit.initial=1")
                        .awaitReady()) {
            simulator.faults().submitsOf("on its way").delayTheAnswer(Duration.ofSeconds(2));
            first.alice().accepted("on its way");
            await().until(() -> simulator.ledger().submitsReceived("on its way") == 1);
            String queued = first.alice().accepted("still queued");
            assertThat(isReady(first)).isTrue();

            first.terminate();

            await().atMost(Duration.ofSeconds(1)).until(() -> !isReady(first));
            assertThat(first.isAlive()).as("it waits for the submit").isTrue();
            first.awaitEnd();
            assertThat(simulator.ledger().submitsReceived("still queued")).isZero();
            assertThat(store.resolve("sluice.db")).isNotEmptyFile();
            assertThat(store.resolve("sluice.db-wal"))
                    .as("the last connection takes it away when it is closed in order")
                    .doesNotExist();

            try (ChildSluice second = ChildSluice.inFrontOf(simulator, store).awaitReady()) {
                assertThat(second.alice().ending(queued).path("status").stringValue())
                        .isEqualTo("completed");
            }
        }
    }

    /** As a probe asks: no answer is not a good one. */
    private static boolean isReady(ChildSluice sluice) {
        try {
            return new Client(sluice.management(), "")
                            .get("/actuator/health/readiness")
                            .status()
                    == 200;
        } catch (UncheckedIOException nobodyThere) {
            return false;
        }
    }

    @Test
    void leavesTheStoreToOneProcessAtATime(@TempDir Path store) {
        try (Simulator simulator = simulator(Duration.ofMillis(200));
                ChildSluice first = ChildSluice.inFrontOf(simulator, store).awaitReady();
                ChildSluice second = ChildSluice.inFrontOf(simulator, store)) {
            second.awaitEnd();

            assertThat(second.output()).contains("is in use", "holds the lock", "sluice.store.path");
            assertThat(first.isAlive()).isTrue();
            assertThat(first.alice()
                            .ending(first.alice().accepted("undisturbed"))
                            .path("status")
                            .stringValue())
                    .isEqualTo("completed");
        }
    }

    private static Simulator simulator(Duration pace) {
        return Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(pace)));
    }
}
