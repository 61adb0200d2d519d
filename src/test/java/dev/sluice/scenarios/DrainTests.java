package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long it takes to end a process with many streams. */
@Isolated
class DrainTests {

    private static final Logger log = LoggerFactory.getLogger(DrainTests.class);

    @Test
    void endsTwoHundredStreamsWithinASecondAndItselfWithinFiveAndEverybodyGoesOn(@TempDir Path store) {
        try (Simulator simulator = simulator(Duration.ofSeconds(9));
                ChildSluice first = ChildSluice.inFrontOf(simulator, store).awaitReady()) {
            String id = first.alice().accepted("drained");
            List<EventStream> streams = IntStream.range(0, 200)
                    .mapToObj(_ -> first.alice().stream("/v1/generations/" + id + "/events"))
                    .toList();
            streams.forEach(stream -> stream.awaits("processing"));

            Instant asked = Instant.now();
            first.terminate();
            await().pollInterval(Duration.ofMillis(5))
                    .until(() -> streams.stream().allMatch(EventStream::hasEnded));
            Duration streamsEnded = Duration.between(asked, Instant.now());
            first.awaitEnd();
            Duration ended = Duration.between(asked, Instant.now());
            log.info("Drain: streams=200 endedMillis={} processMillis={}", streamsEnded.toMillis(), ended.toMillis());

            assertThat(streams).noneMatch(EventStream::wasCut);
            assertThat(streams).allMatch(stream -> stream.others().getLast().startsWith("retry: "));
            assertThat(streamsEnded).isLessThan(Duration.ofSeconds(1));
            assertThat(ended).isLessThan(Duration.ofSeconds(5));

            try (ChildSluice second = ChildSluice.inFrontOf(simulator, store).awaitReady()) {
                List<EventStream> resumed = streams.stream()
                        .map(stream -> second.alice().stream(
                                "/v1/generations/" + id + "/events",
                                "Last-Event-ID",
                                stream.recorded().getLast().id()))
                        .toList();
                assertThat(resumed)
                        .allSatisfy(stream -> assertThat(EventStream.names(stream.untilItEnds()))
                                .containsExactly("completed"));
            }
            assertThat(simulator.ledger().accepted("drained")).hasSize(1);
        }
    }

    private static Simulator simulator(Duration pace) {
        return Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(pace)));
    }
}
