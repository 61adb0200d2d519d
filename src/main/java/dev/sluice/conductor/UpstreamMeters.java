package dev.sluice.conductor;

import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.SubmitOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What operators can see of what is asked of the upstream, and of what it answers. All outcomes are there from the start. */
final class UpstreamMeters {

    static final String SUBMITS = "sluice.upstream.submits";
    static final String POLLS = "sluice.upstream.polls";
    static final String POLLERS = "sluice.upstream.pollers";
    static final String POLLS_OF_EACH = "sluice.upstream.polls.per.generation";
    static final String DETECTION_LAG = "sluice.upstream.detection.lag";
    static final String DURATION = "sluice.upstream.duration";
    static final String INQUIRIES = "sluice.upstream.inquiries";

    /** Each is a dozen series for as long as the process lives; all others share one name. */
    static final int MOST_MODELS = 20;

    private static final double[] POLL_COUNTS = {1, 2, 3, 5, 10, 20, 40, 60, 100, 200};
    private static final Duration[] LAGS = {
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(60)
    };
    private static final Duration[] DURATIONS =
            ConductorMeters.seconds(1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600);

    private final MeterRegistry registry;
    private final Predicate<String> isOffered;
    private final Set<String> named = new HashSet<>();
    private final DistributionSummary pollsOfEach;
    private final Timer detectionLag;

    /** @param isOffered whether the upstream lists a model of this name: other names are whatever callers write */
    UpstreamMeters(MeterRegistry registry, Predicate<String> isOffered) {
        this.registry = registry;
        this.isOffered = isOffered;
        pollsOfEach = DistributionSummary.builder(POLLS_OF_EACH)
                .description("Polls that one generation took until its ending, in the process that polled it last")
                .serviceLevelObjectives(POLL_COUNTS)
                .register(registry);
        detectionLag = Timer.builder(DETECTION_LAG)
                .description("Time from the ending at the upstream to the poll that told it, estimated")
                .serviceLevelObjectives(LAGS)
                .register(registry);
        SubmitOutcome.WORDS.forEach(this::submits);
        PollOutcome.WORDS.forEach(this::polls);
        inquiries("answered");
        inquiries("unanswered");
        durations("default");
        durations("other");
    }

    private Counter submits(String outcome) {
        return Counter.builder(SUBMITS)
                .description("Submits by outcome; busy is the upstream's 503 server_busy or 429")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Counter polls(String outcome) {
        return Counter.builder(POLLS)
                .description("Polls by outcome")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Counter inquiries(String outcome) {
        return Counter.builder(INQUIRIES)
                .description("Questions for the account's balance, by whether the upstream answered")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Timer durations(String model) {
        return Timer.builder(DURATION)
                .description("Completed generations by model, from the upstream's acceptance to the ending")
                .tag("model", model)
                .serviceLevelObjectives(DURATIONS)
                .register(registry);
    }

    void polling(IntSupplier pollers) {
        Gauge.builder(POLLERS, pollers::getAsInt)
                .description("Generations that this process polls; nobody else does")
                .register(registry);
    }

    void submitted(SubmitOutcome outcome) {
        submits(outcome.word()).increment();
    }

    void polled(PollOutcome outcome) {
        polls(outcome.word()).increment();
    }

    void polledToItsEnd(Tally polls) {
        pollsOfEach.record(polls.count());
        polls.lag().ifPresent(detectionLag::record);
    }

    void inquired(boolean answered) {
        inquiries(answered ? "answered" : "unanswered").increment();
    }

    /** @param selectedModel as it was asked for; null for the upstream's default */
    void completed(@Nullable String selectedModel, Duration took) {
        durations(nameOf(selectedModel)).record(took);
    }

    private synchronized String nameOf(@Nullable String model) {
        if (model == null) {
            return "default";
        }
        if (!named.contains(model) && named.size() < MOST_MODELS && isOffered.test(model)) {
            named.add(model);
        }
        return named.contains(model) ? model : "other";
    }
}
