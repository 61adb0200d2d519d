package dev.sluice.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capacity.Sighting;
import dev.sluice.upstream.PollOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of an ending from the polls round it. */
class TallyTests {

    private static final Instant ACCEPTED = Instant.parse("2026-01-01T00:00:00Z");
    private static final PollOutcome DONE = new PollOutcome.Completed(List.of(), "{}");

    @Test
    void liesBetweenTheLastPollThatSawNoneAndTheOneThatSawIt() {
        Tally tally = new Tally(ACCEPTED);
        tally.add(new PollOutcome.StillProcessing(), ACCEPTED.plusSeconds(5));
        tally.add(DONE, ACCEPTED.plusSeconds(8));

        assertThat(tally.sighting(ACCEPTED)).contains(new Sighting(Duration.ofSeconds(5), Duration.ofSeconds(8)));
    }

    @Test
    void saysNothingIfItWasAcceptedByAClockThatIsAhead() {
        Tally tally = new Tally(ACCEPTED);
        tally.add(new PollOutcome.StillProcessing(), ACCEPTED.minusSeconds(2));
        tally.add(DONE, ACCEPTED.plusSeconds(1));

        assertThat(tally.sighting(ACCEPTED)).isEmpty();
    }
}
