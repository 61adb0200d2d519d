package dev.sluice.dropin;

import dev.sluice.intake.Refusal;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Spring's own {@code http.server.requests}, for what is answered past Spring: with the same tags, as Prometheus demands. */
final class AnswerTimers {

    private static final String NONE = "none";
    private static final String UNKNOWN = "UNKNOWN";

    private final MeterRegistry registry;
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

    private record Kind(String uri, int status, boolean isRefusal) {}

    AnswerTimers(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * @param uri the pattern of the route
     * @param status 0 if the caller went away
     * @param isRefusal whether it is Sluice that answered so, since it had nothing to pass on
     */
    void record(String uri, int status, boolean isRefusal, long nanos) {
        timers.computeIfAbsent(new Kind(uri, status, isRefusal), this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        HttpStatus.Series series = HttpStatus.Series.resolve(kind.status());
        String failure = kind.isRefusal() ? Refusal.class.getSimpleName() : NONE;
        return registry.timer(
                "http.server.requests",
                Tags.of("error", failure, "exception", failure, "method", "GET", "outcome", outcome(series))
                        .and("status", series == null ? UNKNOWN : "" + kind.status(), "uri", kind.uri()));
    }

    private static String outcome(HttpStatus.@Nullable Series series) {
        return series == null ? UNKNOWN : series == HttpStatus.Series.SUCCESSFUL ? "SUCCESS" : series.name();
    }
}
