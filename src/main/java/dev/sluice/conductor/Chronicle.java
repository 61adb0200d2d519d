package dev.sluice.conductor;

import dev.sluice.capacity.Learning;
import dev.sluice.generation.Generation;
import dev.sluice.generation.Status;
import dev.sluice.tracing.Traces;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators of each generation's beginning and end, once: a log line and the meters. Never a prompt or a key. */
final class Chronicle {

    private static final Logger log = LoggerFactory.getLogger(Chronicle.class);

    private final ConductorMeters meters;
    private final UpstreamMeters upstream;
    private final CreditMeters credits;
    private final Learning learning;
    private final Traces traces;

    Chronicle(ConductorMeters meters, UpstreamMeters upstream, CreditMeters credits, Learning learning, Traces traces) {
        this.meters = meters;
        this.upstream = upstream;
        this.credits = credits;
        this.learning = learning;
        this.traces = traces;
    }

    void tell(Generation generation) {
        switch (generation.status()) {
            case QUEUED -> {
                if (generation.sequence() == 1) {
                    traces.with(generation.id(), () -> begins(generation));
                }
            }
            case PROCESSING -> taken(generation);
            case COMPLETED -> {
                learning.completed(generation).ifPresent(meters::estimated);
                took(generation);
                end(generation);
            }
            case FAILED -> {
                if (generation.acceptedAt().isEmpty()) {
                    credits.spent(generation);
                }
                end(generation);
            }
            case REJECTED, CANCELLED, UNKNOWN, TIMED_OUT -> end(generation);
            case SUBMITTING, OVERDUE -> {}
        }
    }

    private void begins(Generation generation) {
        meters.accepted();
        log.info(
                "Generation accepted: id={} caller={} model={}",
                generation.id(),
                generation.caller(),
                LogText.of(generation.request().selectedModel()));
    }

    /** The upstream has it, and the money for it. */
    private void taken(Generation generation) {
        credits.spent(generation);
        if (generation.asOf(generation.sequence() - 1).hasEnded()) {
            meters.takenBack();
        }
        generation.submittedAt().ifPresent(submitted -> meters.waited(generation.createdAt(), submitted));
    }

    private void took(Generation generation) {
        generation
                .acceptedAt()
                .ifPresent(since -> upstream.completed(
                        generation.request().selectedModel(),
                        Duration.between(since, generation.last().at())));
    }

    private void end(Generation generation) {
        traces.with(generation.id(), () -> ends(generation));
        traces.forget(generation.id());
    }

    private void ends(Generation generation) {
        meters.ended(generation);
        credits.ended(generation);
        log.atLevel(generation.status() == Status.UNKNOWN ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.INFO)
                .log(
                        "Generation ended: id={} caller={} status={} upstreamId={} credits={} atRisk={} seconds={}",
                        generation.id(),
                        generation.caller(),
                        generation.status().word(),
                        LogText.of(generation.upstreamId().orElse(null)),
                        generation.credits().used(),
                        generation.credits().atRisk(),
                        Duration.between(
                                                generation.createdAt(),
                                                generation.last().at())
                                        .toMillis()
                                / 1000.0);
    }
}
