package dev.sluice.conductor;

import dev.sluice.capacity.Learning;
import dev.sluice.generation.Generation;
import dev.sluice.generation.Status;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators of each generation's beginning and end, once: a log line and the meters. Never a prompt or a key. */
final class Chronicle {

    private static final Logger log = LoggerFactory.getLogger(Chronicle.class);

    private final ConductorMeters meters;
    private final Learning learning;

    Chronicle(ConductorMeters meters, Learning learning) {
        this.meters = meters;
        this.learning = learning;
    }

    void tell(Generation generation) {
        switch (generation.status()) {
            case QUEUED -> {
                if (generation.sequence() == 1) {
                    begins(generation);
                }
            }
            case PROCESSING -> meters.spent(generation);
            case COMPLETED -> {
                learning.completed(generation).ifPresent(meters::estimated);
                ends(generation);
            }
            case FAILED -> {
                if (generation.acceptedAt().isEmpty()) {
                    meters.spent(generation);
                }
                ends(generation);
            }
            case REJECTED, CANCELLED, UNKNOWN, TIMED_OUT -> ends(generation);
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

    private void ends(Generation generation) {
        meters.ended(generation);
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
