package dev.sluice.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.SubmitOutcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UpstreamMetersTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UpstreamMeters meters = new UpstreamMeters(registry, name -> name.startsWith("model"));

    @Test
    void areThereForEveryOutcomeFromTheStart() {
        Problem why = new Problem(ProblemType.GENERATION_FAILED, "boom");
        List<SubmitOutcome> submits = List.of(
                new SubmitOutcome.Accepted("id", null, null, ""),
                new SubmitOutcome.Busy(null, null),
                new SubmitOutcome.KeyRefused(401),
                new SubmitOutcome.Refused(why),
                new SubmitOutcome.FailedAtOnce(why, null, null, null, ""),
                new SubmitOutcome.NotSent(""),
                new SubmitOutcome.Ambiguous("", ""));
        List<PollOutcome> polls = List.of(
                new PollOutcome.StillProcessing(),
                new PollOutcome.Completed(List.of(), ""),
                new PollOutcome.Failed(why, ""),
                new PollOutcome.Unusable(""));

        assertThat(submits).hasSameSizeAs(SubmitOutcome.class.getPermittedSubclasses());
        assertThat(polls).hasSameSizeAs(PollOutcome.class.getPermittedSubclasses());
        assertThat(registry.find(UpstreamMeters.SUBMITS).counters())
                .extracting(counter -> counter.getId().getTag("outcome"))
                .containsExactlyInAnyOrderElementsOf(
                        submits.stream().map(SubmitOutcome::word).toList());
        assertThat(registry.find(UpstreamMeters.POLLS).counters())
                .extracting(counter -> counter.getId().getTag("outcome"))
                .containsExactlyInAnyOrderElementsOf(
                        polls.stream().map(PollOutcome::word).toList());
    }

    @Test
    void nameTheModelsThatTheUpstreamOffersAndNoOthers() {
        completed("model&1");
        completed(null);
        completed("whatever a caller writes");
        completed("whatever a caller writes next");

        assertThat(count("model&1")).isEqualTo(1);
        assertThat(count("default")).isEqualTo(1);
        assertThat(count("other")).isEqualTo(2);
    }

    @Test
    void nameNoMoreModelsThanTheirBound() {
        IntStream.range(0, 100).forEach(i -> completed("model" + i));
        completed("model0");

        assertThat(registry.find(UpstreamMeters.DURATION).timers()).hasSize(UpstreamMeters.MOST_MODELS + 2);
        assertThat(count("model0")).isEqualTo(2);
        assertThat(count("other")).isEqualTo(100 - UpstreamMeters.MOST_MODELS);
    }

    private void completed(@Nullable String model) {
        meters.completed(model, Duration.ofSeconds(1));
    }

    private long count(String model) {
        return registry.get(UpstreamMeters.DURATION).tag("model", model).timer().count();
    }
}
