package dev.sluice.upstream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.http.HttpStatus;

/** Spring's own {@code http.client.requests}, for what is asked past WebClient: with the same tags, as Prometheus demands. */
final class QuestionTimers {

    private static final String NONE = "none";

    private final MeterRegistry registry;
    private final String upstream;
    private final Map<Integer, Timer> answered = new ConcurrentHashMap<>();

    QuestionTimers(MeterRegistry registry, URI upstream) {
        this.registry = registry;
        this.upstream = String.valueOf(upstream.getHost());
    }

    /** To the answer's head, as Spring measures it. */
    void answered(int status, long nanos) {
        answered.computeIfAbsent(status, it -> timer("" + it, outcome(it), NONE))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    void failed(Throwable why, long nanos) {
        timer("CLIENT_ERROR", "UNKNOWN", why.getClass().getSimpleName()).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String status, String outcome, String failure) {
        return registry.timer(
                "http.client.requests",
                Tags.of("client.name", upstream, "error", failure, "exception", failure, "method", "GET")
                        .and("outcome", outcome, "status", status, "uri", NONE));
    }

    private static String outcome(int status) {
        HttpStatus.Series series = HttpStatus.Series.resolve(status);
        return series == null ? "UNKNOWN" : series == HttpStatus.Series.SUCCESSFUL ? "SUCCESS" : series.name();
    }
}
