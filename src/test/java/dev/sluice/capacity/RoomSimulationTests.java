package dev.sluice.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.sluice.capacity.RoomSimulation.Submit;
import dev.sluice.generation.CallerId;
import dev.sluice.journal.JournalInHand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ten minutes and more of a full waiting room, in simulated time. */
class RoomSimulationTests {

    private static final Logger log = LoggerFactory.getLogger(RoomSimulationTests.class);

    private static final CallerId ONE = new CallerId("one");
    private static final CallerId ANOTHER = new CallerId("another");
    private static final CallerId LARGE = new CallerId("large");
    private static final Admission ADMISSION = new Admission(
            1000,
            Duration.ofMinutes(10),
            Duration.ofHours(24),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            Duration.ofMinutes(10),
            new Admission.Limit(10, 1, 100));

    @Test
    void findsTheLimitAndSharesItByWeightWhileTheUpstreamTakesFiveThenTwoThenEight(@TempDir Path directory) {
        long seed = Long.getLong("sluice.room.seed", System.nanoTime());
        RoomSimulation simulation = simulated(directory, seed);

        double busy = part(
                simulation.submits.stream()
                        .filter(submit -> Duration.between(simulation.start(), submit.sentAt())
                                        .toSeconds()
                                >= 60)
                        .toList(),
                Submit::busy);
        double near = part(simulation.seconds, second -> Math.abs(second.limit() - second.slots()) <= 1);
        Map<CallerId, Long> shares = simulation.submits.stream()
                .filter(submit -> !submit.busy() && submit.allWaited())
                .limit(250) // of all 500 the shares are given
                .collect(Collectors.groupingBy(Submit::caller, Collectors.counting()));
        log.info(
                "Waiting room: seed={} ended={} busyPercent={} limitWithinOnePercent={} shares={}",
                seed,
                simulation.endings(),
                Math.round(busy * 1000) / 10.0,
                Math.round(near * 1000) / 10.0,
                shares);

        assertThat(simulation.endings()).isEqualTo(500);
        assertThat(busy).as("busy answers, seed %d", seed).isLessThan(0.05);
        assertThat(near).as("limit within one of the true one, seed %d", seed).isGreaterThan(0.9);
        long all = shares.values().stream().mapToLong(Long::longValue).sum();
        assertThat(shares.getOrDefault(ONE, 0L)).isCloseTo(all / 5, withPercentage(15));
        assertThat(shares.getOrDefault(ANOTHER, 0L)).isCloseTo(all / 5, withPercentage(15));
        assertThat(shares.getOrDefault(LARGE, 0L)).isCloseTo(3 * all / 5, withPercentage(15));
    }

    private static RoomSimulation simulated(Path directory, long seed) {
        JournalInHand[] opened = new JournalInHand[1];
        RoomSimulation simulation = new RoomSimulation(
                it -> {
                    opened[0] = new JournalInHand(directory, it::now);
                    return opened[0].journal();
                },
                ADMISSION,
                seed,
                endings -> endings < 150 ? 5 : endings < 230 ? 2 : 8);
        simulation.run(Map.of(ONE, 100, ANOTHER, 100, LARGE, 300), Map.of(ONE, 1.0, ANOTHER, 1.0, LARGE, 3.0));
        opened[0].close();
        return simulation;
    }

    private static <T> double part(List<T> all, java.util.function.Predicate<T> of) {
        return all.stream().filter(of).count() / (double) all.size();
    }
}
