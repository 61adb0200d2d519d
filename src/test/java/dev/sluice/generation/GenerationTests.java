package dev.sluice.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Submitting;
import dev.sluice.generation.GenerationEvent.Unknown;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenerationTests {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void readsEverythingOffItsLog() {
        Generation generation = told(
                new Queued(null),
                new Submitting(),
                new Processing("up-1", 2L, 98L, "{}"),
                new Completed(List.of("https://a/1.png"), "{}"));

        assertThat(generation.status()).isEqualTo(Status.COMPLETED);
        assertThat(generation.upstreamId()).contains("up-1");
        assertThat(generation.credits()).isEqualTo(new Credits(2, 98L, 0));
        assertThat(generation.submittedAt()).contains(START.plusSeconds(2));
        assertThat(generation.acceptedAt()).contains(START.plusSeconds(3));
        assertThat(generation.finishedAt()).contains(START.plusSeconds(4));
        assertThat(generation.imageUrls()).containsExactly("https://a/1.png");
    }

    @Test
    void isStillWhatItWasAsOfAnEarlierEvent() {
        Generation generation = told(new Queued(null), new Submitting(), new Processing("up-1", 1L, null, "{}"));

        Generation before = generation.asOf(1);

        assertThat(before.status()).isEqualTo(Status.QUEUED);
        assertThat(before.upstreamId()).isEmpty();
        assertThat(before.credits().used()).isZero();
    }

    @Test
    void tellsCreditsAtRiskWhileNobodyKnows() {
        Problem lost = new Problem(ProblemType.OUTCOME_UNKNOWN, "lost");

        assertThat(told(new Queued(null), new Submitting()).credits().atRisk()).isEqualTo(1);
        assertThat(told(new Queued(null), new Submitting(), new Unknown(lost, 3))
                        .credits()
                        .atRisk())
                .isEqualTo(3);
        assertThat(told(new Queued(null), new Submitting(), new Queued(WaitingFor.BUSY))
                        .credits()
                        .atRisk())
                .isZero();
    }

    @Test
    void refusesAnEventThatMayNotFollow() {
        Generation completed = told(
                new Queued(null),
                new Submitting(),
                new Processing("up-1", 1L, null, "{}"),
                new Completed(List.of("u"), "{}"));

        assertThatIllegalStateException()
                .isThrownBy(() -> completed.after(new Recorded(completed.id(), 5, START, new Queued(null))))
                .withMessageContaining("event 5 queued after event 4 completed");
    }

    @Test
    void refusesAGapInItsLog() {
        Generation queued = told(new Queued(null));

        assertThatIllegalStateException()
                .isThrownBy(() -> queued.after(new Recorded(queued.id(), 3, START, new Submitting())));
    }

    private static Generation told(GenerationEvent... events) {
        GenerationId id = GenerationId.next();
        var request = new GenerationRequest("a fox", null, 0, "{}", Priority.INTERACTIVE, Map.of());
        Generation generation = new Generation(
                id, new CallerId("me"), request, List.of(new Recorded(id, 1, START.plusSeconds(1), events[0])));
        for (int i = 1; i < events.length; i++) {
            generation = generation.after(new Recorded(id, i + 1, START.plusSeconds(i + 1), events[i]));
        }
        return generation;
    }
}
