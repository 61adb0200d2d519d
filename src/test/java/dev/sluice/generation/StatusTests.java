package dev.sluice.generation;

import static dev.sluice.generation.Status.CANCELLED;
import static dev.sluice.generation.Status.COMPLETED;
import static dev.sluice.generation.Status.FAILED;
import static dev.sluice.generation.Status.OVERDUE;
import static dev.sluice.generation.Status.PROCESSING;
import static dev.sluice.generation.Status.QUEUED;
import static dev.sluice.generation.Status.REJECTED;
import static dev.sluice.generation.Status.SUBMITTING;
import static dev.sluice.generation.Status.TIMED_OUT;
import static dev.sluice.generation.Status.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusTests {

    private static final Map<Status, List<Status>> MAY_FOLLOW = Map.of(
            QUEUED, List.of(SUBMITTING, REJECTED, CANCELLED, UNKNOWN),
            SUBMITTING, List.of(QUEUED, PROCESSING, FAILED, REJECTED, CANCELLED, UNKNOWN),
            PROCESSING, List.of(OVERDUE, COMPLETED, FAILED),
            OVERDUE, List.of(COMPLETED, FAILED, TIMED_OUT),
            UNKNOWN, List.of(PROCESSING));

    @Test
    void allowsWhatTheContractAllowsAndNothingElse() {
        for (Status status : Status.values()) {
            assertThat(Status.values())
                    .as("after %s", status)
                    .filteredOn(status::mayBeFollowedBy)
                    .containsExactlyInAnyOrderElementsOf(MAY_FOLLOW.getOrDefault(status, List.of()));
        }
    }

    @Test
    void neverLeavesAnEndingSaveUnknown() {
        assertThat(Status.values())
                .filteredOn(Status::hasEnded)
                .filteredOn(ending -> Arrays.stream(Status.values()).anyMatch(ending::mayBeFollowedBy))
                .containsExactly(UNKNOWN);
    }

    @Test
    void findsEachStatusByItsWord() {
        for (Status status : Status.values()) {
            assertThat(Status.of(status.word())).contains(status);
        }
        assertThat(Status.of("nonsense")).isEmpty();
        assertThat(TIMED_OUT.word()).isEqualTo("timed_out");
    }
}
